import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('setup_links')
export class SetupLinkEntity {
  /** SHA-256 in hex of the token in the link. */
  @PrimaryColumn('text')
  token_hash!: string;

  @Column('text')
  created_at!: string;

  @Column('text')
  expires_at!: string;

  @Column('text', { nullable: true })
  used_at!: string | null;
}
