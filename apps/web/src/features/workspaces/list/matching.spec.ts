import { describe, expect, it } from '@jest/globals';

import { matching } from './matching.js';

const workspaces = [
  { id: 'ws_1', name: 'Shop Front', source: { type: 'git' as const, url: 'https://example.org/shop.git' } },
  { id: 'ws_2', name: 'docs', source: { type: 'path' as const, path: '/srv/Docs' } },
  { id: 'ws_3', name: 'play', source: { type: 'empty' as const } },
];

describe('matching', () => {
  it.each([
    ['', ['ws_1', 'ws_2', 'ws_3']],
    ['front SHOP', ['ws_1']],
    ['srv', ['ws_2']],
    ['ws_3', ['ws_3']],
    ['shop docs', []],
  ])('"%s"', (words, ids) => {
    expect(matching(workspaces, words).map((one) => one.id)).toEqual(ids);
  });
});
