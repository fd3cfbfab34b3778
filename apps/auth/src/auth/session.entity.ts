import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One sign-in on one device: the family of all refresh tokens that came from it. */
@Entity('auth_sessions')
export class SessionEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  user_id!: string;

  @Column('text')
  address!: string;

  @Column('text', { nullable: true })
  user_agent!: string | null;

  @Column('text')
  created_at!: string;

  @Column('text')
  last_used_at!: string;

  @Column('text', { nullable: true })
  ended_at!: string | null;

  @Column('text', { nullable: true })
  end_reason!: EndReason | null;
}

export type EndReason = 'signed_out' | 'refresh_reused' | 'expired' | 'user_disabled';
