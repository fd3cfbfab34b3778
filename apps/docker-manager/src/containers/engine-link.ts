import { setTimeout as delay } from 'node:timers/promises';

import { DomainError } from '@aicode/contracts';
import type { Logger, ServiceContext } from '@aicode/service-kit';
import type Docker from 'dockerode';
import { z } from 'zod';

import { asDomainError, engineLimits, within, type EngineClient } from './engine-client.js';
import { followEvents, type EngineEvent } from './engine-events.js';
import { EngineLease, leaseMs } from './engine-lease.js';
import { homeId, ours } from './names.js';

export interface EngineLinkOptions {
  /** Made anew for each try: DOCKER_HOST may name what is not there yet. */
  client: () => EngineClient;
  home: string;
  redis: ServiceContext['redis']['shared'];
  log: Logger;
  /** The engine is ours: take over what is there. Called again each time it comes back. */
  onFound: (cores: number) => Promise<void>;
  onEvent: (event: EngineEvent) => void;
}

const Info = z.object({ ID: z.string().min(1), NCPU: z.int().positive() });
/** An engine under load may take long; one that takes longer is gone. */
const pingMs = 30_000;
const firstTryMs = 5000;
const retryMs = { first: 500, longest: 10_000 };

/** Keeps hold of the engine: finds it, claims it for this service, hears what happens, and begins again when it was away. */
export class EngineLink {
  private readonly stopping = new AbortController();
  private serving = false;
  private problem: DomainError | undefined;
  private tries = 0;
  private waiting: (() => void)[] = [];
  private hurry = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly firstTry: Promise<void>;
  private setTried: () => void = () => undefined;

  constructor(private readonly options: EngineLinkOptions) {
    this.firstTry = new Promise((resolve) => (this.setTried = resolve));
  }

  /** Whether the engine can be used, as far as is known; after a start, when it has been looked for. */
  async isReady(): Promise<boolean> {
    await Promise.race([this.firstTry, aborted(AbortSignal.timeout(firstTryMs))]);
    return this.serving;
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.hurry.abort();
    await this.running;
  }

  /** The engine can be used. @throws DomainError with why not, after one try that began after this call, or `ms` milliseconds */
  async ready(ms: number): Promise<void> {
    const patience = AbortSignal.any([this.stopping.signal, AbortSignal.timeout(ms)]);
    const over = aborted(patience);
    // One try may be under way that began before.
    const wanted = this.tries + 2;
    while (!this.serving) {
      const hopeless = this.problem?.code === 'container.engine_lost' && this.tries >= wanted;
      if (hopeless || patience.aborted) throw this.problem ?? notYet();
      this.hurry.abort();
      await Promise.race([over, new Promise<void>((resolve) => this.waiting.push(resolve))]);
    }
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let pause = retryMs.first; !signal.aborted; pause = Math.min(pause * 2, retryMs.longest)) {
      try {
        if (await this.serve()) pause = retryMs.first;
      } catch (error) {
        this.fail(error);
      }
      this.serving = false;
      this.tries += 1;
      this.wake();
      this.hurry = new AbortController();
      if (signal.aborted) return;
      await delay(this.problem?.code === 'executor.unavailable' ? retryMs.first : pause, undefined, {
        signal: this.hurry.signal,
      }).catch(() => undefined);
    }
  }

  /** Until the engine is away, or not ours any more. True if it was ours for a while. */
  private async serve(): Promise<boolean> {
    const { log, home, redis, onFound, onEvent, client } = this.options;
    const { docker } = client();
    const info = Info.parse(await within(engineLimits.question, () => docker.info()));
    const lease = new EngineLease(redis, homeId(home), info.ID);
    if (!(await lease.hold())) throw otherServes();
    const events = await followEvents(docker, ours(home), onEvent);
    const kept = new AbortController();
    try {
      const lost = this.keep(lease, docker, kept.signal);
      await Promise.race([onFound(info.NCPU), events.ended.then(away), lost]);
      this.begin();
      await Promise.race([events.ended, lost, aborted(this.stopping.signal)]);
      if (!this.stopping.signal.aborted) log.warn('the Docker engine is away; what ran in containers is lost');
      return true;
    } finally {
      kept.abort();
      events.stop();
      await lease.release().catch(() => undefined);
    }
  }

  /** Rejects when another one has taken it (while Redis is away nobody can), or the engine has gone without closing its streams. */
  private async keep(lease: EngineLease, docker: Docker, signal: AbortSignal): Promise<never> {
    for (;;) {
      await delay(leaseMs / 3, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return new Promise<never>(() => undefined);
      if (!(await lease.hold().catch(() => true))) throw otherServes();
      await within(pingMs, () => docker.ping());
    }
  }

  private begin(): void {
    this.serving = true;
    this.problem = undefined;
    this.options.log.info('the Docker engine is ready for containers');
    this.wake();
  }

  private fail(error: unknown): void {
    const problem = asDomainError(error, this.label(), 'The Docker engine could not be used');
    if (problem.message !== this.problem?.message) this.options.log.warn({ err: error }, problem.message);
    this.problem = problem;
  }

  private label(): string {
    try {
      return this.options.client().label;
    } catch {
      return 'DOCKER_HOST';
    }
  }

  private wake(): void {
    this.setTried();
    const waiting = this.waiting;
    this.waiting = [];
    for (const go of waiting) go();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function away(): never {
  throw new DomainError('container.engine_lost', 'The Docker engine went away. Look at its log and try again.');
}

function otherServes(): DomainError {
  return new DomainError(
    'executor.unavailable',
    'Another docker-manager of this platform serves the Docker engine. There must be one for each engine: stop the other one.',
  );
}

function notYet(): DomainError {
  return new DomainError('container.engine_lost', 'The Docker engine was not ready in time. Try again.');
}
