import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A place in a workspace where one attempt can run. The queue holds free slots, never tasks. */
@Entity('workspace_slots')
export class SlotEntity {
  @PrimaryColumn('text') workspace_id!: string;
  @PrimaryColumn('integer') slot!: number;
  @Column('text') node!: string;
  /** Rises with each use; a job of an older generation is void. */
  @Column('integer') gen!: number;
  @Column('text', { nullable: true }) attempt_id!: string | null;
  /** Priority of the job that stands in the queue for it, to raise it only when it gets strictly better. */
  @Column('integer', { nullable: true }) queued_prio!: number | null;
}
