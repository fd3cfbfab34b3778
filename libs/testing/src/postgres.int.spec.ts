import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { connect } from 'node:net';

import { describe, expect, it } from '@jest/globals';

import { startPostgres } from './postgres.js';
import { tempDir } from './temp-dir.js';

describe('a PostgreSQL for tests', () => {
  it('makes databases, and is gone after stop', async () => {
    const postgres = await startPostgres();
    const urls = [postgres.url, await postgres.newDatabase(), await postgres.newDatabase()];
    expect(new Set(urls).size).toBe(3);
    await postgres.stop();
    await postgres.stop();
    const socket = connect(Number(new URL(postgres.url).port), '127.0.0.1');
    expect(await once(socket, 'error')).toMatchObject([{ code: 'ECONNREFUSED' }]);
  });

  it('lives in a directory that can be removed twice', async () => {
    const dir = await tempDir('spec');
    await access(dir.path);
    expect(dir.path).toMatch(/^\/tmp\/spec-\w{6}$/);
    await dir.remove();
    await dir.remove();
    await expect(access(dir.path)).rejects.toThrow();
  });
});
