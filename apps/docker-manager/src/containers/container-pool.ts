import { workspaceChanged, type Workspace } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable, type OnModuleInit } from '@nestjs/common';

import { ContainersService } from './containers.service.js';

/** A workspace that is older will hardly get its first task now. */
const newMs = 600_000;

/**
 * Containers of new workspaces, ready ahead of their first task: started and paused, at most `docker.pool` that nobody has used.
 * They are made for their workspace at once, because a container takes no other mounts, labels or user after its creation (the
 * engine's `update` changes limits alone).
 */
@Injectable()
export class ContainerPool implements OnModuleInit {
  /** Workspaces whose container was made ahead, oldest first. */
  private readonly made = new Set<string>();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly context: ServiceContext,
    private readonly containers: ContainersService,
  ) {}

  async onModuleInit(): Promise<void> {
    const { config, events } = this.context;
    if (config.docker.pool === 0 || config.executor.kind === 'process') return;
    const unsubscribe = await events.subscribe(workspaceChanged, ({ workspace }) => this.heard(workspace));
    this.context.onStop('container pool', async () => {
      await unsubscribe();
      await this.running;
    });
  }

  /** One after the other: a task that begins meanwhile must not wait for the pool. */
  private heard(workspace: Workspace): void {
    if (workspace.state !== 'ready' || Date.now() - Date.parse(workspace.created_at) > newMs) return;
    this.running = this.running.then(() => this.make(workspace));
  }

  private async make({ id, project_path, container_settings }: Workspace): Promise<void> {
    if (this.containers.views(id).length > 0) return;
    try {
      await this.containers.makeAhead({ workspace_id: id, project_path, container: container_settings });
      this.made.add(id);
      await this.shrink();
    } catch (error) {
      // The first task makes it, and says what is wrong.
      this.context.log.debug({ err: error, workspace_id: id }, 'a container could not be made ahead');
    }
  }

  private async shrink(): Promise<void> {
    for (const id of this.made) {
      const views = this.containers.views(id);
      if (views.length === 0 || views.some(({ used }) => used)) this.made.delete(id);
    }
    const [oldest] = this.made;
    if (oldest === undefined || this.made.size <= this.context.config.docker.pool) return;
    this.made.delete(oldest);
    await this.containers.removeUnused(oldest);
  }
}
