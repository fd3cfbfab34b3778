import type { AttemptEnd } from '@aicode/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('attempts')
export class AttemptEntity {
  @PrimaryColumn('text') id!: string;
  @Column('text') task_id!: string;
  @Column('integer') number!: number;
  @Column('text') workspace_id!: string;
  @Column('integer') slot!: number;
  @Column('integer') slot_gen!: number;
  @Column('text') node!: string;
  /** One per call of the queue's processor: the same nonce gets the same claim again. */
  @Column('text') nonce!: string;
  @Column('text') state!: 'open' | 'closed';
  @Column('text') claimed_at!: string;
  @Column('text', { nullable: true }) started_at!: string | null;
  @Column('text', { nullable: true }) ended_at!: string | null;
  @Column('text', { nullable: true }) outcome!: AttemptEnd['outcome'] | null;
  @Column('text', { nullable: true }) reason!: string | null;
  @Column('integer', { nullable: true }) terminal_seq!: number | null;
}
