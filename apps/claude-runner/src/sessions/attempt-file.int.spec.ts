import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { AttemptFile, attemptFile, earlierConversation } from './attempt-file.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp('/tmp/attempts-');
});
afterAll(async () => {
  await rm(dir, { recursive: true });
});

const id = '0b5f2a52-3a2c-4c07-8f0e-7a9d5a3c9c11';
const spoke = (session: string) =>
  `{"type":"system","session_id":"${session}"}\n{"type":"assistant","session_id":"${session}"}\n`;

describe('the copy of an attempt’s output', () => {
  it('holds what was written', async () => {
    const path = attemptFile(join(dir, 'new'), 'task_1', 1);
    const file = await AttemptFile.open(path);
    await file.write(Buffer.from('one\n'));
    await file.write(Buffer.from('two\n'));
    await file.close();
    expect(await readFile(path, 'utf8')).toBe('one\ntwo\n');
    expect(file.broken).toBeNull();
  });

  it('costs nobody anything when it cannot be written', async () => {
    // Every write to it fails as on a full disk (full(4)).
    const file = await AttemptFile.open('/dev/full');
    for (let i = 0; i < 50; i += 1) await file.write(Buffer.alloc(100_000));
    await file.close();
    expect(file.broken).toMatchObject({ code: 'ENOSPC' });
  });
});

describe('the conversation of an earlier attempt', () => {
  it('is that of the newest attempt in which the assistant spoke', async () => {
    const other = id.replace('0b', '1c');
    await writeFile(attemptFile(dir, 'task_2', 1), spoke(other));
    await writeFile(attemptFile(dir, 'task_2', 2), spoke(id));
    await writeFile(attemptFile(dir, 'task_2', 3), `{"type":"system","session_id":"${other}"}\n`);
    expect(await earlierConversation(dir, 'task_2', 4)).toBe(id);
    expect(await earlierConversation(dir, 'task_2', 2)).toBe(other);
  });

  it('is none before the first attempt, or if nobody has spoken', async () => {
    expect(await earlierConversation(dir, 'task_2', 1)).toBeNull();
    expect(await earlierConversation(dir, 'task_none', 5)).toBeNull();
  });
});
