import { describe, expect, it } from '@jest/globals';

import { ToolCalls } from './tool-calls.js';

const call = (id: string) => ({ type: 'assistant', message: { content: [{ type: 'tool_use', id, name: 'Bash' }] } });
const answer = (id: string) => ({ type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: id }] } });

describe('ToolCalls', () => {
  it('are at work until each has answered', () => {
    const tools = new ToolCalls();
    expect(tools.atWork).toBe(false);
    tools.note(call('a'));
    tools.note(call('b'));
    tools.note(answer('a'));
    expect(tools.atWork).toBe(true);
    tools.note(answer('b'));
    expect(tools.atWork).toBe(false);
  });

  it('end with the result', () => {
    const tools = new ToolCalls();
    tools.note(call('a'));
    tools.note({ type: 'result' });
    expect(tools.atWork).toBe(false);
  });

  it('wait for agents in the background, not for shells', () => {
    const tools = new ToolCalls();
    const changed = (...types: string[]) => ({
      type: 'system',
      subtype: 'background_tasks_changed',
      tasks: types.map((task_type) => ({ task_type })),
    });
    tools.note(changed('local_bash'));
    expect(tools.agentsAtWork).toBe(false);
    tools.note(changed('local_bash', 'local_agent'));
    expect(tools.agentsAtWork).toBe(true);
    tools.note(changed());
    expect(tools.agentsAtWork).toBe(false);
  });
});
