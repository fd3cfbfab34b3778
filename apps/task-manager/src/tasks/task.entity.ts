import type { FailureCode, TaskState, Usage } from '@aicode/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Priority classes as SQL orders them. */
export const priorityRank = { high: 0, medium: 1, low: 2 } as const;

@Entity('tasks')
export class TaskEntity {
  @PrimaryColumn('text') id!: string;
  @Column('text') workspace_id!: string;
  @Column('text') node!: string;
  @Column('text') command!: string;
  @Column('integer') priority!: number;
  @Column('text') state!: TaskState;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('text', { nullable: true }) reason_code!: FailureCode | null;
  @Column('text', { nullable: true }) model!: string | null;
  @Column('integer') timeout_ms!: number;
  @Column('integer') max_attempts!: number;
  @Column('simple-json', { nullable: true }) max_cost_usd!: number | null;
  @Column('integer') attempt!: number;
  @Column('text', { nullable: true }) due_at!: string | null;
  @Column('text') session_id!: string;
  @Column('text', { nullable: true }) cancel_requested_at!: string | null;
  @Column('text', { nullable: true }) retry_of!: string | null;
  @Column('text') created_by!: string;
  @Column('text', { nullable: true }) idempotency_key!: string | null;
  @Column('text', { nullable: true }) request_hash!: string | null;
  @Column('integer') persisted_seq!: number;
  @Column('integer') persister_gen!: number;
  @Column('simple-json', { nullable: true }) usage!: Usage | null;
  @Column('integer') version!: number;
  @Column('text') created_at!: string;
  @Column('text') updated_at!: string;
  @Column('text', { nullable: true }) started_at!: string | null;
  @Column('text', { nullable: true }) ended_at!: string | null;
}
