import { describe, expect, it } from '@jest/globals';

import type { LogBlock } from './log-block.js';
import { withoutSaidTwice } from './said-twice.js';

const said = (text: string, by: string | null = null): LogBlock => ({
  kind: 'text',
  text,
  by: by === null ? null : { id: by, name: null },
});
const result = (text: string, failed = true): LogBlock => ({
  kind: 'result',
  failed,
  text,
  turns: 1,
  duration_ms: null,
  cost_usd: null,
});

describe('withoutSaidTwice', () => {
  it.each<[string, LogBlock[], LogBlock[]]>([
    ['a failure that was said', [said('no'), result('no')], [said('no'), result('')]],
    ['an answer that was said', [said('done'), result('done', false)], [said('done'), result('', false)]],
    ['another failure', [said('no'), result('limit')], [said('no'), result('limit')]],
    [
      'what was said before the last words',
      [said('no'), said('yes'), result('no')],
      [said('no'), said('yes'), result('no')],
    ],
    ['what another model said', [said('no', 't1'), result('no')], [said('no', 't1'), result('no')]],
    ['a result alone', [result('no')], [result('no')]],
  ])('knows %s', (_what, blocks, expected) => {
    const remember = withoutSaidTwice();
    expect(blocks.flatMap((block) => remember([block]))).toEqual(expected);
    expect(withoutSaidTwice()(blocks)).toEqual(expected);
  });
});
