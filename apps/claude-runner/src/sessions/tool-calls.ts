import { blocksOf, type CliMessage } from './describe-message.js';

/** Tool calls that have begun and not answered: a silent ten-minute build is work, not a hang. */
export class ToolCalls {
  private readonly open = new Set<string>();

  /** Subagents in the background: a `result` that comes while they work is not the end, another follows theirs. */
  agentsAtWork = false;

  get atWork(): boolean {
    return this.open.size > 0;
  }

  note(message: CliMessage): void {
    for (const block of blocksOf(message)) {
      if (block.type === 'tool_use' && block.id) this.open.add(block.id);
      if (block.type === 'tool_result' && block.tool_use_id) this.open.delete(block.tool_use_id);
    }
    if (message.type === 'result') this.open.clear();
    if (message.subtype === 'background_tasks_changed') {
      // Shells in the background, such as a dev server, may never end: nobody waits for those.
      this.agentsAtWork = (message.tasks ?? []).some((task) => task.task_type === 'local_agent');
    }
  }
}
