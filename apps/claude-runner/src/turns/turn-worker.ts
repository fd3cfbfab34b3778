import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import { cancelRequested, TurnJob, turnQueueName, turnsRpc, type Claim } from '@aicode/contracts';
import { Worker } from 'bullmq';

import type { StopReason } from '../sessions/attempt-end.js';
import { runAttempt, type AttemptParts } from './run-attempt.js';

interface Running {
  claim: Claim;
  stop: AbortController;
  done: Promise<void>;
}

const claimTries = 3;

/** Takes turns from the node's queue, claims a task for each, and runs it. A job that finds nothing to claim just ends. */
export class TurnWorker {
  private readonly running = new Map<string, Running>();
  private worker: Worker<unknown> | undefined;
  private stopping = false;

  constructor(private readonly parts: AttemptParts) {}

  get count(): number {
    return this.running.size;
  }

  async start(): Promise<void> {
    const { context } = this.parts;
    await context.events.subscribe(cancelRequested, ({ task_id, attempt }) => {
      const run = this.running.get(task_id);
      if (run?.claim.attempt === attempt) run.stop.abort('cancelled' satisfies StopReason);
    });
    const { runner, queue } = context.config;
    this.worker = new Worker<unknown>(turnQueueName(runner.node), (job) => this.process(TurnJob.parse(job.data)), {
      connection: context.redis.open({ blocking: true }),
      concurrency: runner.max_sessions,
      lockDuration: queue.job_lock,
      // A job whose runner died fails soon after its lock; it is never run again.
      stalledInterval: queue.job_lock,
      maxStalledCount: 0,
    });
    this.worker.on('error', (error) => context.log.warn({ err: error }, 'the turn queue has a problem'));
  }

  /** Takes no more turns; running ones get their grace and then end as retriable. */
  async stop(): Promise<void> {
    const { stop_grace } = this.parts.context.config.runner;
    this.stopping = true;
    await this.worker?.pause(true);
    const all = Promise.all([...this.running.values()].map((run) => run.done));
    await Promise.race([all, delay(stop_grace, undefined, { ref: false })]);
    for (const run of this.running.values()) run.stop.abort('runner_stopping' satisfies StopReason);
    await Promise.all([...this.running.values()].map((run) => run.done));
    await this.worker?.close();
  }

  private async process(job: TurnJob): Promise<void> {
    const claim = await this.claim(job);
    if (!claim) return;
    const stop = new AbortController();
    // Claimed while the runner was being stopped: given back at once.
    if (this.stopping) stop.abort('runner_stopping' satisfies StopReason);
    const others = new Set([...this.running.values()].map((run) => run.claim.attempt_id));
    const done = runAttempt(this.parts, claim, others, stop).catch((error: unknown) => {
      this.parts.context.log.error(
        { err: error, task_id: claim.task_id },
        'an attempt could not be run; its lease will run out',
      );
    });
    this.running.set(claim.task_id, { claim, stop, done });
    try {
      await done;
    } finally {
      this.running.delete(claim.task_id);
    }
  }

  /** The nonce makes the claim safe to repeat: a lost answer must not leave an attempt without a runner. */
  private async claim(job: TurnJob): Promise<Claim | null> {
    const { context } = this.parts;
    const input = { job, nonce: randomUUID(), node: context.config.runner.node };
    for (let i = 1; ; i += 1) {
      try {
        return (await context.rpc.client(turnsRpc).claim(input)).claim;
      } catch (error) {
        if (i === claimTries) throw error;
      }
    }
  }
}
