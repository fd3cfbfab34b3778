import type { ContainerSettings, WorkspaceSource, WorkspaceState } from '@aicode/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('workspaces')
export class WorkspaceEntity {
  @PrimaryColumn('text') id!: string;
  @Column('text') name!: string;
  @Column('text') project_path!: string;
  @Column('text') source_type!: WorkspaceSource['type'];
  @Column('text', { nullable: true }) source_url!: string | null;
  @Column('text', { nullable: true }) source_branch!: string | null;
  @Column('text') state!: WorkspaceState;
  @Column('text', { nullable: true }) state_reason!: string | null;
  @Column('text') owner_id!: string;
  @Column('text') node!: string;
  @Column('integer') slots!: number;
  @Column('simple-json') container!: ContainerSettings;
  @Column('integer') version!: number;
  @Column('text') created_at!: string;
  @Column('text') updated_at!: string;
  /** The row and its tasks' history stay; the name is free again. */
  @Column('text', { nullable: true }) deleted_at!: string | null;
}
