import type { ContainerSettings, WorkspaceState } from '@aicode/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A workspace as task-manager reads it. workspace-service alone writes this table. */
@Entity('workspaces')
export class WorkspaceRow {
  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
  @Column('text') project_path!: string;
  @Column('text') state!: WorkspaceState;
  @Column('text') owner_id!: string;
  @Column('text') node!: string;
  @Column('integer') slots!: number;
  @Column('simple-json') container!: ContainerSettings;
  @Column('text', { nullable: true }) deleted_at!: string | null;
}
