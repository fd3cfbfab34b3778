import type { EngineState } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { createEngineWatch, engineHealth } from './engine-watch.js';

const up: EngineState = {
  state: 'up',
  version: '28.2.2',
  api_version: '1.50',
  storage_driver: 'overlay2',
  cgroup_version: '2',
  image_problem: null,
  reason: null,
};

describe('watching the engine', () => {
  it('asks once for all who ask at the same time and shortly after', async () => {
    let asked = 0;
    const watch = createEngineWatch(() => Promise.resolve({ ...up, version: String(++asked) }), 60_000);
    const answers = await Promise.all([watch(), watch(), watch()]);
    expect([...answers, await watch()].map((answer) => answer.version)).toEqual(['1', '1', '1', '1']);
  });

  it('asks again when the answer is too old', async () => {
    let asked = 0;
    const watch = createEngineWatch(() => Promise.resolve({ ...up, version: String(++asked) }), 0);
    await watch();
    expect((await watch()).version).toBe('2');
  });

  it('calls the platform degraded, not down, without an engine, and says how tasks then run', () => {
    expect(engineHealth(up)).toEqual({ name: 'docker-engine', state: 'up', reason: null });
    const missing = engineHealth({ ...up, state: 'missing', reason: 'No Docker engine was found.' });
    expect(missing.state).toBe('degraded');
    expect(missing.reason).toBe(
      'No Docker engine was found. Until then tasks run in a sandbox of the host, not in a container.',
    );
  });
});
