import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { readPlatformState, removePlatformState, writePlatformState } from './platform-state.js';
import { replaceFile } from './replace-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync('/tmp/state-');
});
afterEach(() => rmSync(folder, { recursive: true }));

const state = {
  pid: 12,
  url: 'http://127.0.0.1:7780',
  started_at: '2026-01-20T10:00:00.000Z',
  version: '0.1.0',
  demo_model: false,
};

describe('the state file', () => {
  it('is written whole, for the owner alone, read back, and removed', async () => {
    const file = join(folder, 'platform.json');
    await writePlatformState(file, state);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readPlatformState(file)).toEqual(state);
    expect(readdirSync(folder)).toEqual(['platform.json']);
    await removePlatformState(file);
    await removePlatformState(file);
    expect(readPlatformState(file)).toBeNull();
  });

  it.each(['', '{', '{"pid":"x"}'])('counts as none when it holds %j', (content) => {
    const file = join(folder, 'platform.json');
    writeFileSync(file, content);
    expect(readPlatformState(file)).toBeNull();
  });

  it('leaves no draft behind when it cannot be written', async () => {
    await expect(replaceFile(join(folder, 'no', 'file'), 'x')).rejects.toThrow('ENOENT');
    await expect(replaceFile(folder, 'x')).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
    expect(readdirSync('/tmp').filter((name) => name.startsWith(`${folder.slice('/tmp/'.length)}.`))).toEqual([]);
  });
});
