import { describe, expect, it } from '@jest/globals';

import { usePlatform } from './fixtures/e2e-stack.js';

const platform = usePlatform({
  env: {
    AICLI_MODEL_STREAM_IDLE_TIMEOUT: '600ms',
    AICLI_MODEL_FIRST_BYTE_TIMEOUT: '600ms',
    AICLI_TASKS_BACKOFF_BASE: '50ms',
    AICLI_RUNNER_MAX_SESSIONS: '1',
  },
});

/** Every fault, its documented rule (docs/operations.md), and the words of its log. */
const faults = [
  {
    name: 'a stall in mid-stream',
    script: '#stall mid_stream',
    state: 'failed',
    code: 'model_unreachable',
    attempts: 2,
    words: 'fell silent',
  },
  {
    name: 'a dropped connection',
    script: '#drop before_headers',
    state: 'failed',
    code: 'model_unreachable',
    attempts: 2,
    words: 'The connection to the model API failed',
  },
  {
    name: '429 with retry-after',
    script: '#fail 429 retry_after=1',
    state: 'failed',
    code: 'model_rate_limited',
    attempts: 2,
    words: 'rate limit was reached (429)',
  },
  {
    name: '529',
    script: '#fail 529',
    state: 'failed',
    code: 'model_overloaded',
    attempts: 2,
    words: 'overloaded or failing (529)',
  },
  {
    name: '401',
    script: '#fail 401',
    state: 'failed',
    code: 'model_refused_credential',
    attempts: 1,
    words: 'refused the credential (401)',
  },
] as const;

describe('a model that fails', () => {
  it.each(faults)(
    '$name: the task ends by its rule, says why, and leaves the slot free',
    async ({ name, script, state, code, attempts, words }) => {
      const workspace = await platform.workspace(`fault ${name.replaceAll(/[^a-z0-9 ]/g, '')}`);
      const task = await platform.task(workspace, `${script}\n#say never after ${name}`, { max_attempts: 2 });
      const { entries, end } = await platform.read(task.id);
      expect(end).toMatchObject({ state, reason_code: code, attempt: attempts });
      expect(entries.map((entry) => entry.message).join(' | ')).toContain(words);
      const next = await platform.task(workspace, `#say The slot is free after ${name}.`);
      expect((await platform.untilFinal(next.id)).state).toBe('succeeded');
    },
  );

  it('that passes is not noticed but in the log', async () => {
    const workspace = await platform.workspace('passing');
    const task = await platform.task(workspace, '#fail 529 times=1\n#say Got through.');
    const { entries, end } = await platform.read(task.id);
    expect(end).toMatchObject({ state: 'succeeded', attempt: 2 });
    expect(entries.map((entry) => entry.message).join(' | ')).toMatch(
      /overloaded or failing \(529\)\. Trying again.*Got through/,
    );
  });

  it('waits as long as the model asked before it tries again', async () => {
    const workspace = await platform.workspace('patient');
    const task = await platform.task(workspace, '#fail 429 retry_after=2 times=1\n#say Patience.');
    const waiting = await platform.untilTask(task.id, ({ state, attempt }) => state === 'pending' && attempt === 1);
    expect(waiting.wait_reason).toBe('backoff');
    const { entries, end } = await platform.read(task.id);
    expect(end.state).toBe('succeeded');
    const firstEnd = entries.find((entry) => entry.source === 'end');
    const again = entries.find((entry) => entry.attempt === 2);
    expect(Date.parse(again?.time ?? '') - Date.parse(firstEnd?.time ?? '')).toBeGreaterThanOrEqual(1900);
  });
});
