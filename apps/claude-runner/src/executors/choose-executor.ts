import { DomainError, type DependencyHealth, type EngineState, type ServerConfig } from '@aicode/contracts';
import type { Executor } from '@aicode/sandbox';

export interface ExecutorParts {
  kind: ServerConfig['executor']['kind'];
  /** Of docker-manager; may reject, and answers within `ms`. */
  askEngine: (ms: number) => Promise<EngineState>;
  makeProcess: () => Promise<Executor>;
  makeDocker: () => Executor;
}

export interface ChosenExecutor {
  executor: Executor;
  health: () => Promise<DependencyHealth>;
}

/** At the start: docker-manager may be starting too. */
const startPatienceMs = 10_000;
/** For the health, which has to be told soon. */
const healthPatienceMs = 1000;

/**
 * Chosen once, at the start, and then for good: tasks of one run of the platform must not be isolated now so and now otherwise.
 * `auto` takes Docker where an engine can be used; when that engine is lost later, tasks fail and are tried again.
 * @throws DomainError executor.unavailable where there is nothing to run tasks in
 */
export async function chooseExecutor(parts: ExecutorParts): Promise<ChosenExecutor> {
  if (parts.kind === 'docker') return docker(parts);
  if (parts.kind === 'process') return processes(parts, null);
  const engine = await parts.askEngine(startPatienceMs).catch(unanswered);
  const against = reasonAgainst(engine);
  if (against === null) return docker(parts);
  return processes(parts, { against, expected: engine.state !== 'missing' });
}

/** Why tasks cannot run in containers of this engine; null if they can. */
export function reasonAgainst(engine: EngineState): string | null {
  if (engine.state === 'up') return engine.image_problem;
  return engine.reason ?? `The Docker engine is ${engine.state}.`;
}

function docker(parts: ExecutorParts): ChosenExecutor {
  const executor = parts.makeDocker();
  return {
    executor,
    health: async () => {
      const engine = await parts.askEngine(healthPatienceMs).catch(unanswered);
      const against = reasonAgainst(engine);
      if (against === null) return { name: 'executor', state: 'up', reason: executor.description };
      if (engine.state === 'up') {
        const reason = `${against} Until then tasks fail, but in workspaces that have an image of their own.`;
        return { name: 'executor', state: 'degraded', reason };
      }
      const reason = `${against} Tasks run in containers here, so they wait and are tried again until it is back.`;
      return { name: 'executor', state: 'down', reason };
    },
  };
}

/** @param instead of Docker: why, and whether there was an engine to be expected */
async function processes(
  parts: ExecutorParts,
  instead: { against: string; expected: boolean } | null,
): Promise<ChosenExecutor> {
  const made = await parts.makeProcess().catch((error: unknown) => {
    if (!instead || !(error instanceof DomainError)) throw error;
    throw new DomainError(error.code, `${instead.against} And without Docker: ${error.message}`, {}, { cause: error });
  });
  const description = instead
    ? `${made.description} Not in Docker: ${instead.against} After that is mended, start the platform again.`
    : made.description;
  const executor = { ...made, description };
  const state = made.sandboxed && !instead?.expected ? 'up' : 'degraded';
  return { executor, health: () => Promise.resolve({ name: 'executor', state, reason: description }) };
}

function unanswered(): EngineState {
  return {
    state: 'unreachable',
    version: null,
    api_version: null,
    storage_driver: null,
    cgroup_version: null,
    image_problem: null,
    reason: 'docker-manager does not answer.',
  };
}
