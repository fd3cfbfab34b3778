import { describe, expect, it } from '@jest/globals';

import { parseDatabaseUrl } from './database-url.js';

describe('the URL of a database', () => {
  it.each([
    ['sqlite:/var/aicli/data/aicli.db', '/var/aicli/data/aicli.db'],
    ['sqlite:///var/aicli/data/aicli.db', '/var/aicli/data/aicli.db'],
    ['sqlite:/home/a b/50% ?#.db', '/home/a b/50% ?#.db'],
  ])('%s is a file', (url, path) => {
    expect(parseDatabaseUrl(url)).toEqual({ kind: 'sqlite', path });
  });

  it.each(['postgres://user:secret@host/db', 'postgresql:///db?host=/run/postgresql'])('%s is a server', (url) => {
    expect(parseDatabaseUrl(url)).toEqual({ kind: 'postgres', url });
  });

  it.each([
    '',
    'sqlite:',
    'sqlite:aicli.db',
    'sqlite://host.db',
    'sqlite:/dir/',
    'sqlite::memory:',
    'mysql://u:secret@h',
  ])('%s is refused, and not repeated', (url) => {
    expect(() => parseDatabaseUrl(url)).toThrow(
      'database.url must be sqlite:/absolute/path.db or postgres://user:password@host/database.',
    );
  });
});
