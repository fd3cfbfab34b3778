import { describe, expect, it } from '@jest/globals';
import { finalStates, TaskState, type TaskState as State } from '@aicode/contracts';

import { activeStates, mayBecome, statesBefore, unfinishedStates } from './transitions.js';

describe('transitions', () => {
  it.each(finalStates)('never leaves %s', (final) => {
    for (const state of TaskState.options) expect(mayBecome(final, state)).toBe(false);
  });

  it.each<[State, State, boolean]>([
    ['pending', 'starting', true],
    ['pending', 'running', false],
    ['pending', 'succeeded', false],
    ['pending', 'cancelled', true],
    ['starting', 'running', true],
    ['starting', 'pending', true],
    ['running', 'waiting_approval', true],
    ['waiting_approval', 'running', true],
    ['running', 'timed_out', true],
  ])('%s → %s: %s', (from, to, allowed) => {
    expect(mayBecome(from, to)).toBe(allowed);
  });

  it('knows from where a state can be reached', () => {
    expect(statesBefore('running')).toEqual(['starting', 'waiting_approval']);
    expect(statesBefore('starting')).toEqual(['pending']);
  });

  it('tells active, unfinished and final states apart', () => {
    expect(activeStates).toEqual(['starting', 'running', 'waiting_approval']);
    expect(unfinishedStates).toEqual(['pending', ...activeStates]);
  });
});
