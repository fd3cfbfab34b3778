import type { DependencyHealth, EngineState } from '@aicode/contracts';

/** One question to the engine at a time, and its answer for all who ask within `maxAge` ms. */
export function createEngineWatch(detect: () => Promise<EngineState>, maxAge: number): () => Promise<EngineState> {
  let answer: Promise<EngineState> | undefined;
  let answeredAt = 0;
  return () => {
    if (answer && performance.now() - answeredAt < maxAge) return answer;
    answeredAt = Number.POSITIVE_INFINITY;
    answer = detect().finally(() => (answeredAt = performance.now()));
    return answer;
  };
}

/** Without an engine tasks run in the process sandbox: the platform works, but not as it should. */
export function engineHealth(engine: EngineState): DependencyHealth {
  const name = 'docker-engine';
  if (engine.state === 'up' && engine.image_problem === null) return { name, state: 'up', reason: null };
  if (engine.state === 'up') return { name, state: 'degraded', reason: engine.image_problem };
  return {
    name,
    state: 'degraded',
    reason: `${engine.reason ?? 'The Docker engine is not available.'} Until then tasks run in a sandbox of the host, not in a container.`,
  };
}
