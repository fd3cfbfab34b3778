import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('refresh_tokens')
export class RefreshTokenEntity {
  /** SHA-256 in hex; the token itself is only with its client. */
  @PrimaryColumn('text')
  token_hash!: string;

  @Column('text')
  session_id!: string;

  @Column('text')
  created_at!: string;

  /** Set when it was traded for its successor. Seen again after that, it has been stolen. */
  @Column('text', { nullable: true })
  used_at!: string | null;
}
