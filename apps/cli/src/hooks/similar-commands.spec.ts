import { describe, expect, it } from '@jest/globals';

import { similarCommands } from './similar-commands.js';

const known = [
  'up',
  'down',
  'status',
  'task run',
  'task list',
  'task status',
  'workspace list',
  'logs stream',
  'config get',
];

describe('similarCommands', () => {
  it.each([
    ['tasks list', ['task list', 'task run', 'task status']],
    ['log stream', ['logs stream']],
    ['statsu', ['status', 'task status']],
    ['task foo', ['task run', 'task list', 'task status']],
    ['bananas', []],
  ])('of %s', (typed, expected) => {
    expect(similarCommands(typed, known)).toEqual(expected);
  });
});
