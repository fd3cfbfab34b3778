import { DomainError } from '@aicode/contracts';

export type DatabaseUrl = { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string };

/** Reads `sqlite:/absolute/path.db` (the path as it is, nothing decoded) or `postgres://…`. Never repeats the URL: it may hold a password. */
export function parseDatabaseUrl(url: string): DatabaseUrl {
  if (/^postgres(ql)?:\/\//.test(url)) return { kind: 'postgres', url };
  const path = /^sqlite:(?:\/\/)?(\/(?!\/).*[^/])$/.exec(url)?.[1];
  if (path) return { kind: 'sqlite', path };
  throw new DomainError(
    'config.invalid',
    'database.url must be sqlite:/absolute/path.db or postgres://user:password@host/database.',
  );
}
