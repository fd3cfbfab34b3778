import { taskChanged } from '@aicode/contracts';
import type { Database } from '@aicode/database';
import type { EventBus } from '@aicode/service-kit';

import { TaskEntity } from './task.entity.js';
import { viewTask } from './task-view.js';
import { WorkspaceRow } from './workspace-row.js';

/** Tells everybody who watches what a task looks like now. May be lost: the state itself is in SQL. */
export class TaskNotices {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
  ) {}

  async changed(taskId: string): Promise<void> {
    const found = await this.database.read(async (manager) => {
      const task = await manager.findOneBy(TaskEntity, { id: taskId });
      const workspace = task && (await manager.findOneBy(WorkspaceRow, { id: task.workspace_id }));
      return task && workspace ? { task, workspace } : null;
    });
    if (!found) return;
    const { task, workspace } = found;
    await this.events.publish(taskChanged, {
      task: viewTask(task, workspace, new Date()),
      owner_id: workspace.owner_id,
    });
  }
}
