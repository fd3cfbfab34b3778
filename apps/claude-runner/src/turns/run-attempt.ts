import { realpath } from 'node:fs/promises';

import { DomainError, turnsRpc, type AttemptEnd, type Claim } from '@aicode/contracts';
import { isUnder, type Executor } from '@aicode/sandbox';
import type { ServiceContext } from '@aicode/service-kit';
import { LogWriter, type LogLine, type LogStore } from '@aicode/task-log';

import type { ModelProxy } from '../model-proxy/model-proxy.js';
import type { ProxiedProcess } from '../model-proxy/proxied-process.js';
import { endingOf, type StopReason, type TurnFacts } from '../sessions/attempt-end.js';
import { runTurn } from '../sessions/run-turn.js';
import { prepareStateDir } from '../sessions/state-dir.js';
import { LeaseKeeper } from './lease-keeper.js';
import type { Leftovers } from './leftovers.js';

export interface AttemptParts {
  context: ServiceContext;
  store: LogStore;
  proxy: ModelProxy;
  executor: Executor;
  cliBinary: string;
  leftovers: Leftovers;
}

/** Runs a claimed attempt to its end. Everything that it writes is under its lease; its last entry is the end. */
export async function runAttempt(
  parts: AttemptParts,
  claim: Claim,
  running: ReadonlySet<string>,
  stop: AbortController,
): Promise<void> {
  const { context, store, proxy, leftovers } = parts;
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
  const proxied = await proxy.register();
  try {
    const facts = await turn(parts, claim, { running, stop, writer, proxied });
    await proxied.close();
    await writer.end(endLine(facts, proxied, claim));
    log.info({ task_id: claim.task_id, attempt: claim.attempt, ...endingOf(facts) }, 'attempt ended');
  } finally {
    await proxied.close();
    keeper.stop();
    await leftovers.forget(claim.workspace_id, claim.attempt_id);
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
  const { context, executor, leftovers } = parts;
  const paths = context.paths.workspace(claim.workspace_id);
  const turns = context.rpc.client(turnsRpc);
  try {
    await checkProjectPath(claim.project_path, context.paths.workspaces);
    await leftovers.end(claim.workspace_id, running);
    await prepareStateDir(claim.project_path, paths.state);
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
      onProcess: (process) => leftovers.note(claim.workspace_id, claim.attempt_id, process.pid),
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
    };
  }
}

function endLine(facts: TurnFacts, proxied: ProxiedProcess, claim: Claim): LogLine {
  const ending = endingOf(facts);
  const data: AttemptEnd = {
    ...ending,
    retry_after_ms: ending.retry_after_ms === null ? null : Math.min(ending.retry_after_ms, longestRetryAfterMs),
    usage: proxied.requests === 0 ? null : { ...proxied.tokens, cost_usd: costOf(facts, claim) },
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

/** Of this attempt alone, in US dollars, by the CLI's own word: anything but a sensible number counts as nothing. */
function costOf(facts: TurnFacts, claim: Claim): number {
  const total = facts.result?.total_cost_usd ?? 0;
  const cost = facts.resumed ? total - claim.cost_before_usd : total;
  return Number.isFinite(cost) ? Math.max(0, cost) : 0;
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
