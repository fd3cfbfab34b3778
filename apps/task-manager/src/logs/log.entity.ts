import type { LogEntry } from '@aicode/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('logs')
export class LogEntity {
  @PrimaryColumn('text') task_id!: string;
  @PrimaryColumn('integer') seq!: number;
  @Column('integer') attempt!: number;
  @Column('text') level!: LogEntry['level'];
  @Column('text') source!: LogEntry['source'];
  @Column('text') message!: string;
  @Column('text', { nullable: true }) data!: string | null;
  @Column('text') time!: string;
}

/** One row for each attempt that has ended: SQL's own guard against a second terminal entry. */
@Entity('log_terminals')
export class LogTerminalEntity {
  @PrimaryColumn('text') task_id!: string;
  @PrimaryColumn('integer') attempt!: number;
  @Column('integer') seq!: number;
}
