import { realpath } from 'node:fs/promises';

import { DomainError, turnsRpc, type AttemptEnd, type Claim } from '@aicode/contracts';
import { isUnder, type ExecExit, type Executor } from '@aicode/sandbox';
import type { ServiceContext } from '@aicode/service-kit';
import { LogWriter, type LogLine, type LogStore } from '@aicode/task-log';

import type { ModelProxy } from '../model-proxy/model-proxy.js';
import type { ProxiedProcess } from '../model-proxy/proxied-process.js';
import { endingOf, type StopReason, type TurnFacts } from '../sessions/attempt-end.js';
import { allowedTo, containerLoss, type Allowed } from '../sessions/losses.js';
import { runTurn } from '../sessions/run-turn.js';
import { prepareStateDir } from '../sessions/state-dir.js';
import { attemptCost } from './attempt-cost.js';
import { LeaseKeeper } from './lease-keeper.js';

export interface AttemptParts {
  context: ServiceContext;
  store: LogStore;
  proxy: ModelProxy;
  executor: Executor;
  cliBinary: string;
}

/** Runs a claimed attempt to its end. Everything that it writes is under its lease; its last entry is the end. */
export async function runAttempt(
  parts: AttemptParts,
  claim: Claim,
  running: ReadonlySet<string>,
  stop: AbortController,
): Promise<void> {
  const { context, store, proxy } = parts;
  const { config, log } = context;
  const writer = await LogWriter.open(
    store,
    { taskId: claim.task_id, attempt: claim.attempt, persistedSeq: claim.persisted_seq },
    logLimits(context),
  );
  const lease = { taskId: claim.task_id, attempt: claim.attempt, ttlMs: config.queue.lease_ttl };
  const keeper = new LeaseKeeper(store, lease, {
    lost: (reason) => writer.giveUp(reason),
    cancelRequested: () => stop.abort('cancelled' satisfies StopReason),
    persisted: (seq) => writer.persisted(seq),
  });
  void writer.lost.then((reason) => {
    log.warn({ task_id: claim.task_id, attempt: claim.attempt, reason }, 'this runner has lost its attempt');
    stop.abort('lease_lost' satisfies StopReason);
  });
  const proxied = proxy.register({
    usd: claim.max_cost_usd === null ? null : claim.max_cost_usd - claim.cost_before_usd,
    onSpent: () => stop.abort('budget_exceeded' satisfies StopReason),
  });
  try {
    const facts = await turn(parts, claim, { running, stop, writer, proxied });
    proxied.close();
    if (facts.exit?.reason) writer.write(lossLine(facts.exit.reason, facts.allowed));
    await writer.end(endLine(facts, proxied, claim));
    log.info({ task_id: claim.task_id, attempt: claim.attempt, ...endingOf(facts) }, 'attempt ended');
  } finally {
    proxied.close();
    keeper.stop();
  }
}

interface TurnParts {
  running: ReadonlySet<string>;
  stop: AbortController;
  writer: LogWriter;
  proxied: ProxiedProcess;
}

async function turn(
  parts: AttemptParts,
  claim: Claim,
  { running, stop, writer, proxied }: TurnParts,
): Promise<TurnFacts> {
  const { context, executor } = parts;
  const paths = context.paths.workspace(claim.workspace_id);
  const turns = context.rpc.client(turnsRpc);
  try {
    await checkProjectPath(claim.project_path, context.paths.workspaces);
    await executor.endLeftovers(claim.workspace_id, running);
    // docker-manager makes it for its containers, on the disk that it mounts.
    if (executor.kind === 'process') await prepareStateDir(claim.project_path, paths.state);
    return await runTurn({
      claim,
      config: context.config,
      executor,
      cliBinary: parts.cliBinary,
      proxied,
      writer,
      stateDir: paths.state,
      logsDir: paths.logs,
      stop,
      onStarted: () => {
        turns.started({ task_id: claim.task_id, attempt: claim.attempt }).catch((error: unknown) => {
          context.log.warn({ err: error, task_id: claim.task_id }, 'task-manager did not hear that a task has started');
        });
      },
    });
  } catch (error) {
    return {
      stopped: null,
      result: null,
      resumed: false,
      modelFailure: proxied.failure,
      exit: null,
      stderr: '',
      error,
      allowed: allowedTo(claim, context.config),
    };
  }
}

function endLine(facts: TurnFacts, proxied: ProxiedProcess, claim: Claim): LogLine {
  const ending = endingOf(facts);
  const data: AttemptEnd = {
    ...ending,
    retry_after_ms: ending.retry_after_ms === null ? null : Math.min(ending.retry_after_ms, longestRetryAfterMs),
    usage:
      proxied.requests === 0
        ? null
        : { ...proxied.tokens, cost_usd: attemptCost(facts, proxied.costUsd, claim.cost_before_usd) },
  };
  return {
    time: new Date().toISOString(),
    level: ending.outcome === 'succeeded' ? 'info' : 'error',
    source: 'end',
    message: ending.reason ?? 'Done.',
    data,
  };
}

/** A local path was resolved when its workspace was made: if a part of it is a symlink now, it leads to somewhere that nobody allowed. */
async function checkProjectPath(path: string, ours: string): Promise<void> {
  if (isUnder(ours, path)) return;
  const real = await realpath(path).catch(() => null);
  if (real === path) return;
  const what = real === null ? 'is not there any more' : 'leads through a symbolic link now';
  throw new DomainError(
    'executor.refused',
    `The workspace's folder ${what}. Put it back, or make a new workspace of the folder where it is.`,
  );
}

/** Said as soon as it is known, beside what the end says. */
function lossLine(why: NonNullable<ExecExit['reason']>, allowed: Allowed): LogLine {
  const message = containerLoss(why, allowed).reason;
  return { time: new Date().toISOString(), level: 'error', source: 'platform', message, data: null };
}

/** A model that asks for a longer wait is asked again after this. */
const longestRetryAfterMs = 24 * 3_600_000;

function logLimits({ config }: ServiceContext): Parameters<typeof LogWriter.open>[2] {
  const { batch_delay, batch_lines, batch_bytes, window_lines, window_bytes } = config.logs;
  return {
    batchDelayMs: batch_delay,
    batchLines: batch_lines,
    batchBytes: batch_bytes,
    windowLines: window_lines,
    windowBytes: window_bytes,
  };
}
