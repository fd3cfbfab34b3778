import type { Role } from '@aicode/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('users')
export class UserEntity {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  username!: string;

  @Column('text')
  password_hash!: string;

  @Column('text')
  role!: Role;

  @Column('text')
  created_at!: string;

  /** Set while the user may not sign in. */
  @Column('text', { nullable: true })
  disabled_at!: string | null;
}
