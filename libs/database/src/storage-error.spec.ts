import { DomainError } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';
import { QueryFailedError } from 'typeorm';

import { isBusy, isRetryable, isUniqueViolation, toStorageError } from './storage-error.js';

function failed(code: string, message = 'it failed'): QueryFailedError {
  return new QueryFailedError('SELECT 1', [], Object.assign(new Error(message), { code }));
}

describe('what goes wrong in the storage', () => {
  it.each([
    ['SQLITE_BUSY', 'storage.busy'],
    ['55P03', 'storage.busy'],
    ['57014', 'storage.busy'],
    ['40P01', 'storage.busy'],
    ['SQLITE_FULL', 'storage.unavailable'],
    ['SQLITE_IOERR', 'storage.unavailable'],
    ['SQLITE_CORRUPT', 'storage.unavailable'],
    ['53100', 'storage.unavailable'],
    ['28P01', 'storage.unavailable'],
    ['08006', 'storage.unavailable'],
    ['57P01', 'storage.unavailable'],
    ['ECONNREFUSED', 'storage.unavailable'],
  ])('%s is %s, with its cause for the log', (code, expected) => {
    const cause = failed(code);
    const error = toStorageError(cause);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code: expected, cause });
  });

  it.each([
    ['timeout exceeded when trying to connect', 'storage.busy'],
    ['Connection terminated unexpectedly', 'storage.unavailable'],
  ])('"%s" of the pool is %s', (message, expected) => {
    expect(toStorageError(new Error(message))).toMatchObject({ code: expected });
  });

  it('tells a missing socket from a missing directory', () => {
    const enoent = (message: string) => toStorageError(Object.assign(new Error(message), { code: 'ENOENT' }));
    expect(enoent('connect ENOENT /run/postgresql/.s.PGSQL.5432')).toMatchObject({
      message: 'PostgreSQL cannot be reached. Check that it runs and that database.url names it.',
    });
    expect(enoent("ENOENT: no such file or directory, open '/no/a.db'")).toMatchObject({
      message: 'The directory of the database does not exist. Create it, or correct database.url.',
    });
  });

  it('leaves everything else as it came', () => {
    const broken = failed('SQLITE_CONSTRAINT', 'SQLITE_CONSTRAINT: NOT NULL constraint failed: t.a');
    const domain = new DomainError('task.not_found', 'There is no such task.');
    for (const error of [broken, domain, new TypeError('no'), 'text', undefined]) {
      expect(toStorageError(error)).toBe(error);
    }
  });

  it.each([
    [failed('23505'), true],
    [failed('SQLITE_CONSTRAINT', 'SQLITE_CONSTRAINT: UNIQUE constraint failed: nodes.name'), true],
    [failed('SQLITE_CONSTRAINT', 'SQLITE_CONSTRAINT: FOREIGN KEY constraint failed'), false],
    [failed('23503'), false],
    [Object.assign(new Error('not of a query'), { code: '23505' }), false],
  ])('knows a key that is taken: %s', (error, expected) => {
    expect(isUniqueViolation(error)).toBe(expected);
  });

  it('knows what may be tried again', () => {
    expect(isRetryable(failed('40001'))).toBe(true);
    expect(isRetryable(failed('23505'))).toBe(false);
    expect(isBusy(failed('SQLITE_BUSY'))).toBe(true);
    expect(isBusy({ code: 5 })).toBe(false);
    expect(isBusy(null)).toBe(false);
  });
});
