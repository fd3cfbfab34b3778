import { DomainError } from '@aicode/contracts';
import { QueryFailedError } from 'typeorm';

/** Code of a driver's error: SQLite's `SQLITE_…`, a SQLSTATE of PostgreSQL, or one of the operating system. */
export function driverCode(error: unknown): string {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return '';
  return typeof cause.code === 'string' ? cause.code : '';
}

/** True if a row with this key is already there: another request was first. */
export function isUniqueViolation(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  return driverCode(error) === '23505' || /SQLITE_CONSTRAINT: (UNIQUE|PRIMARY KEY)/.test(error.message);
}

/** True if PostgreSQL has sacrificed this transaction and the same again will do. */
export function isRetryable(error: unknown): boolean {
  return ['40001', '40P01'].includes(driverCode(error));
}

export function isBusy(error: unknown): boolean {
  return ['SQLITE_BUSY', 'SQLITE_LOCKED'].includes(driverCode(error));
}

const unavailable: Record<string, string> = {
  SQLITE_FULL: 'The disk of the database is full. Free some space and try again.',
  SQLITE_IOERR: 'The disk of the database answers with errors. Look at the system log and at the free space.',
  SQLITE_CANTOPEN: 'The database file cannot be opened. Check that its directory exists and belongs to this user.',
  SQLITE_READONLY: 'The database file cannot be written. Check its owner, its mode and the file system.',
  SQLITE_PERM: 'The database file cannot be used. Check its owner and its mode.',
  SQLITE_AUTH: 'The database file cannot be used. Check its owner and its mode.',
  SQLITE_CORRUPT: 'The database file is damaged. Stop the platform and restore a backup.',
  SQLITE_NOTADB: 'The database file is not a SQLite database. Check database.url.',
  EACCES: 'The database file cannot be used. Check its owner and its mode.',
  ENOSPC: 'The disk of the database is full. Free some space and try again.',
  ENOENT: 'The directory of the database does not exist. Create it, or correct database.url.',
  EROFS: 'The file system of the database is read-only.',
  '53100': 'The disk of PostgreSQL is full. Free some space and try again.',
  '53300': 'PostgreSQL takes no more connections. Raise its max_connections or run fewer services.',
  '28P01': 'PostgreSQL refused the password. Check database.url.',
  '28000': 'PostgreSQL refused the user. Check database.url and its pg_hba.conf.',
  '3D000': 'The database named in database.url does not exist. Create it first.',
  '25006': 'PostgreSQL is read-only, as a standby is. Point database.url to the primary.',
};

/** True if an established connection was cut; the pool may hand out more of these before it notices. */
export function isConnectionLost(error: unknown): boolean {
  const message = error instanceof Error ? error.message : '';
  return /^(ECONNRESET|EPIPE|57P0[12])$/.test(driverCode(error)) || lostMessages.test(message);
}

const lostMessages = /^(Connection terminated|Client has encountered a connection error)/;
const unreachable = 'PostgreSQL cannot be reached. Check that it runs and that database.url names it.';
const unreachableCodes = /^(ECONNREFUSED|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|08...|57P03)$/;

const busyCodes = ['SQLITE_BUSY', 'SQLITE_LOCKED', '55P03', '57014', '25P03', '40001', '40P01'];
const busyMessages = /timeout exceeded when trying to connect/;

/** The storage's own failures as a DomainError, anything else as it came. The cause stays attached for the log. */
export function toStorageError(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const message = error instanceof Error ? error.message : '';
  const code = driverCode(error);
  if (isConnectionLost(error) || unreachableCodes.test(code) || message.startsWith('connect E')) {
    return new DomainError('storage.unavailable', unreachable, {}, { cause: error });
  }
  const known = unavailable[code];
  if (known) return new DomainError('storage.unavailable', known, {}, { cause: error });
  if (busyCodes.includes(code) || busyMessages.test(message)) return storageBusy(error);
  return error;
}

export function storageBusy(cause?: unknown): DomainError {
  return new DomainError(
    'storage.busy',
    'The database is busy with other writes. Try again in a moment.',
    { retry_after_s: 1 },
    cause === undefined ? {} : { cause },
  );
}
