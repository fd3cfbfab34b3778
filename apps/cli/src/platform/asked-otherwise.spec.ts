import { describe, expect, it } from '@jest/globals';

import { askedOtherwise, type Asked } from './asked-otherwise.js';

const state = (url: string | null, demo: boolean) => ({ pid: 1, url, started_at: '', version: '1', demo_model: demo });
const nothing: Asked = { demoModel: false, port: undefined };

describe('askedOtherwise', () => {
  it.each<[Partial<Asked>, string | null, boolean, string | null]>([
    [{}, 'http://127.0.0.1:5', true, null],
    [{}, null, false, null],
    [{ demoModel: true }, 'http://127.0.0.1:5', true, null],
    [{ demoModel: true }, 'http://127.0.0.1:5', false, 'without the demo model'],
    [{ port: 5 }, 'http://127.0.0.1:5', false, null],
    [{ port: 0 }, 'http://127.0.0.1:5', false, null],
    [{ port: 80 }, 'http://127.0.0.1', false, null],
    [{ port: 443 }, 'https://[::1]', false, null],
    [{ port: 6 }, 'http://127.0.0.1:5', true, 'not on port 6'],
    [{ port: 6 }, null, false, 'not on port 6'],
    [{ port: 6, demoModel: true }, 'http://127.0.0.1:5', false, 'without the demo model and not on port 6'],
  ])('of %j where %s runs (demo model: %s) is %j', (asked, url, demo, differs) => {
    expect(askedOtherwise({ ...nothing, ...asked }, state(url, demo))).toBe(differs);
  });
});
