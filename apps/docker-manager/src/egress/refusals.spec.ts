import { describe, expect, it } from '@jest/globals';

import { logTo, type LogLine } from './fixtures/internet.js';
import { Refusals } from './refusals.js';

describe('refusals', () => {
  it('are all counted, and said once a minute for each host', () => {
    const lines: LogLine[] = [];
    let now = 0;
    const refusals = new Refusals(logTo(lines), 'ws_1', () => now);
    for (let i = 0; i < 100; i += 1) refusals.add('a.test');
    refusals.add('b.test');
    expect(lines).toMatchObject([
      { level: 'warn', workspace_id: 'ws_1', host: 'a.test', refused: 1, unsaid: 0 },
      { level: 'warn', workspace_id: 'ws_1', host: 'b.test', refused: 101, unsaid: 99 },
    ]);
    now = 60_000;
    refusals.add('a.test');
    expect(lines[2]).toMatchObject({ host: 'a.test', refused: 102, unsaid: 0 });
    expect(refusals.count).toBe(102);
  });

  it('do not fill the log with hosts that a program thinks up', () => {
    const lines: LogLine[] = [];
    const refusals = new Refusals(logTo(lines), 'ws_1');
    for (let i = 0; i < 1000; i += 1) refusals.add(`h${i}.test`);
    refusals.add(`x\n${'y'.repeat(1000)}`);
    expect(lines).toHaveLength(10);
    expect(refusals.count).toBe(1001);
  });
});
