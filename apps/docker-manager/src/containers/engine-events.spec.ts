import { newId } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { readEvent } from './engine-events.js';
import { labels } from './names.js';

const workspaceId = newId('workspace');
const line = (Action: string, more: Record<string, string> = {}) => ({
  Type: 'container',
  Action,
  Actor: { ID: 'c', Attributes: { [labels.workspace]: workspaceId, [labels.room]: '1', ...more } },
});

describe("the engine's events", () => {
  it.each([
    ['create', {}, 'created', 'created'],
    ['start', {}, 'running', 'started'],
    ['pause', {}, 'paused', 'paused'],
    ['unpause', {}, 'running', 'unpaused'],
    ['die', { exitCode: '137' }, 'stopped', 'stopped'],
    ['die', { exitCode: '0' }, 'stopped', 'stopped'],
    ['die', { exitCode: '1' }, 'stopped', 'died'],
    ['destroy', {}, 'gone', 'removed'],
    ['oom', {}, 'running', 'oom'],
    ['health_status: unhealthy', {}, 'running', 'unhealthy'],
  ])('%s %j: %s', (action, more, state, event) => {
    expect(readEvent(line(action, more))).toMatchObject({ workspaceId, room: 1, state, event });
  });

  it.each([
    ['of an exec', line('exec_start: sh')],
    ['of somebody else', line('start', { [labels.workspace]: 'other' })],
    ['without a room', line('start', { [labels.room]: '' })],
    ['that are none', 'nonsense'],
  ])('%s mean nothing', (_, event) => expect(readEvent(event)).toBeUndefined());
});
