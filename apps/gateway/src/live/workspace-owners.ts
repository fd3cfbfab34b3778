import { platformActor, workspaceChanged, workspacesRpc } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';

/** From here on the owner that was asked for longest ago is forgotten. */
const most = 10_000;

/** Whose a workspace is, remembered: events of containers do not say. */
@Injectable()
export class WorkspaceOwners {
  private readonly owners = new Map<string, string>();
  private readonly asked = new Map<string, Promise<string | undefined>>();
  private readonly workspaces;

  constructor(private readonly context: ServiceContext) {
    this.workspaces = context.rpc.client(workspacesRpc);
  }

  async listen(): Promise<void> {
    await this.context.events.subscribe(workspaceChanged, ({ workspace }) =>
      this.remember(workspace.id, workspace.owner_id),
    );
  }

  /** Undefined if there is no such workspace, or it cannot be asked now. Who asks first is answered first. */
  of(workspaceId: string): Promise<string | undefined> {
    const known = this.owners.get(workspaceId);
    if (known !== undefined) return Promise.resolve(known);
    const asked = this.asked.get(workspaceId) ?? this.ask(workspaceId).finally(() => this.asked.delete(workspaceId));
    this.asked.set(workspaceId, asked);
    return asked;
  }

  private async ask(workspaceId: string): Promise<string | undefined> {
    try {
      const workspace = await this.workspaces.get({ workspace_id: workspaceId }, { actor: platformActor });
      this.remember(workspaceId, workspace.owner_id);
      return workspace.owner_id;
    } catch {
      return undefined;
    }
  }

  private remember(workspaceId: string, ownerId: string): void {
    this.owners.delete(workspaceId);
    this.owners.set(workspaceId, ownerId);
    const [oldest] = this.owners.keys();
    if (this.owners.size > most && oldest !== undefined) this.owners.delete(oldest);
  }
}
