import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Task, Workspace } from '@aicode/contracts';
import { tempDir, until, type TempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { usePlatform } from '../fixtures/stack.js';
import LogsStream from './logs/stream.js';
import TaskCancel from './task/cancel.js';
import TaskList from './task/list.js';
import TaskRetry from './task/retry.js';
import TaskRun from './task/run.js';
import TaskStatus from './task/status.js';
import WorkspaceCreate from './workspace/create.js';
import WorkspaceDelete from './workspace/delete.js';
import WorkspaceList from './workspace/list.js';
import WorkspaceShow from './workspace/show.js';
import WorkspaceUpdate from './workspace/update.js';

const root = `/tmp/cli-roots-${process.pid}`;
const platform = usePlatform({
  env: { AICLI_WORKSPACES_ALLOWED_ROOTS: root },
  scenarios: [
    {
      name: 'edits',
      match: { contains: 'greeting' },
      turns: [
        {
          reply: [
            { text: 'I write it.' },
            { tool_use: { name: 'Write', input: { file_path: '{{cwd}}/hello.txt', content: 'hello\n' } } },
          ],
        },
        { reply: [{ text: 'It is there.' }] },
      ],
    },
    { name: 'waits', match: { contains: 'wait' }, turns: [{ gate: 'go', reply: [{ text: 'At last.' }] }] },
    { name: 'fails', match: { contains: 'break' }, turns: [{ status: 400, message: 'no' }] },
  ],
});
let folder: TempDir;
const project = () => join(root, 'shop');

beforeAll(async () => {
  folder = await tempDir('cli');
  await mkdir(join(project(), 'src'), { recursive: true });
  // Nothing ever runs as root: the project is an ordinary user's, as it would be on a person's machine.
  if (process.getuid?.() === 0)
    for (const path of [project(), join(project(), 'src')]) await chown(path, 10_001, 10_001);
});
afterAll(async () => {
  await folder.remove();
  await rm(root, { recursive: true, force: true });
});

const ws = async (name: string) => (await platform.run(WorkspaceShow, [name, '--json'])).json() as Workspace;

/** The CLI's first words as `--raw` gives them. History has them a moment after they came live. */
async function rawInit(id: string): Promise<unknown> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const { stdout } = await platform.run(LogsStream, [id, '--no-follow', '--raw']);
    const line = stdout.split('\n').find((one) => one.includes('"subtype":"init"'));
    if (line !== undefined || Date.now() > deadline) return JSON.parse(line ?? 'null');
  }
}

describe('aicli workspace', () => {
  it('makes one of a folder, finds it by name, id and directory, and leaves the folder when it is deleted', async () => {
    await writeFile(join(project(), 'keep.txt'), 'mine');
    const made = await platform.run(WorkspaceCreate, ['shop', '--path', '.'], { cwd: project() });
    expect(made).toMatchObject({ exitCode: 0, stderr: '' });
    expect(made.stdout).toMatch(/State +Ready/);
    const { id } = await ws('shop');
    expect((await platform.run(WorkspaceShow, [id])).stdout).toContain('shop');
    const below = await platform.run(WorkspaceShow, ['--json'], { cwd: join(project(), 'src') });
    expect(below.json()).toMatchObject({ id });
    expect((await platform.run(WorkspaceList)).stdout).toMatch(
      new RegExp(`shop +Ready +${id} +(now|\\d+ s ago) +${project()}`),
    );

    expect(await platform.run(WorkspaceDelete, ['shop'])).toMatchObject({ exitCode: 2 });
    expect(await platform.run(WorkspaceDelete, ['shop', '--yes'])).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(project(), 'keep.txt'), 'utf8')).toBe('mine');
  });

  it('says what is wrong: a taken name, no such name, a folder that is not allowed, nothing here, an odd URL', async () => {
    await platform.run(WorkspaceCreate, ['taken']);
    const results = [
      await platform.run(WorkspaceCreate, ['taken']),
      await platform.run(WorkspaceCreate, ['other', '--path', folder.path]),
      await platform.run(WorkspaceCreate, ['other', '--git', 'ext::sh -c id']),
      await platform.run(WorkspaceCreate, ['\u202eother']),
      await platform.run(WorkspaceCreate, ['other', '--git', 'https://x.test', '--path', '.']),
      await platform.run(WorkspaceCreate, []),
      await platform.run(WorkspaceShow, [], { cwd: folder.path }),
      await platform.run(WorkspaceShow, ['nobody']),
      await platform.run(WorkspaceShow, [`ws_${'0'.repeat(26)}`]),
    ];
    expect(results.map(({ exitCode }) => exitCode)).toEqual([2, 2, 2, 2, 2, 2, 2, 4, 4]);
    for (const { stdout, stderr } of results) {
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^Error: .+/);
    }
  });

  it('has container settings, changed one by one, within the limits', async () => {
    const flags = ['--cpu', '2', '--memory', '256mb', '--network', 'allowlist', '--allow', 'preset:npm'];
    const made = await platform.run(WorkspaceCreate, ['boxed', ...flags, '--env', 'A=b']);
    expect(made.stdout).toMatch(/CPU +2 cores \*\nMemory +256 MB \*\n/);
    const changed = await platform.run(WorkspaceUpdate, [
      'boxed',
      '--name',
      'box',
      '--reset',
      'cpu',
      '--env',
      'C=d',
      '--json',
    ]);
    expect(changed.json()).toMatchObject({
      name: 'box',
      container: { cpu: 1 },
      container_settings: { memory: 256 * 1024 ** 2, allow: ['preset:npm'], env: { A: 'b', C: 'd' } },
    });
    const refused = await platform.run(WorkspaceUpdate, ['box', '--cpu', '999', '--memory', '1kb']);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('64mb') });
    expect((await platform.run(WorkspaceUpdate, ['box', '--cpu', '999'])).stderr).toContain('docker.max_cpu');
  });

  it('says why a clone failed', async () => {
    const ran = await platform.run(WorkspaceCreate, ['gone', '--git', 'https://127.0.0.1:1/x.git', '--json']);
    expect(ran.exitCode).not.toBe(0);
    expect(ran.json()).toMatchObject({ error: { message: expect.any(String) } });
  });
});

describe('aicli task', () => {
  beforeAll(async () => {
    await platform.run(WorkspaceCreate, ['work']);
  });

  it('runs to its end, and shows what was said and done', async () => {
    const ran = await platform.run(TaskRun, ['Write the greeting', '-w', 'work']);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(
      /I write it\.[^]*▸ Write hello\.txt\n {2}\+ hello\n {2}created hello\.txt \(\+1 −0\)[^]*It is there\.[^]*✔ Done/,
    );
    expect(ran.stderr).toMatch(/^task_\w+\n/);
    const { project_path: path } = await ws('work');
    expect(await readFile(join(path, 'hello.txt'), 'utf8')).toBe('hello\n');
  });

  it('takes the prompt from standard input, and speaks NDJSON', async () => {
    const ran = await platform.run(TaskRun, ['-', '-w', 'work', '--json'], { stdin: 'The greeting,\nplease' });
    const items = ran.lines() as { type: string; task?: Task; entry?: { seq: number } }[];
    expect(items.at(-1)).toMatchObject({ type: 'end', task: { state: 'succeeded', command: 'The greeting,\nplease' } });
    const seqs = items.flatMap(({ entry }) => (entry ? [entry.seq] : []));
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(ran.stderr).toBe('');
  });

  it('ends with 1 for a task that failed; it can be tried again', async () => {
    const ran = await platform.run(TaskRun, ['break it', '-w', 'work', '--max-attempts', '1']);
    expect(ran.exitCode).toBe(1);
    expect(ran.stdout).toContain('✖ Failed');
    const id = /aicli task retry (task_\w+)/.exec(ran.stderr)?.[1] ?? '';
    const again = await platform.run(TaskRetry, [id, '--detach', '--json']);
    expect(again.json()).toMatchObject({ retry_of: id });
    expect((await platform.run(TaskRetry, [id])).exitCode).toBe(1);
    expect((await platform.run(TaskStatus, [id])).stdout).toMatch(/Reason +\S/);
  });

  it('goes on without us, is looked at, followed from a place, and cancelled', async () => {
    const detached = await platform.run(TaskRun, [
      'wait for it',
      '-w',
      'work',
      '-d',
      '--priority',
      'high',
      '--timeout',
      '10m',
      '--model',
      'some-model',
      '--max-cost',
      '1.50',
    ]);
    const id = detached.stdout.trim();
    expect(detached.stderr).toContain(`aicli logs stream ${id}`);
    await platform.stack.model.waitForGate('go');
    // The model may be asked a moment before the platform hears that the CLI has begun.
    const status = await until(async () => {
      const { stdout } = await platform.run(TaskStatus, [id]);
      return stdout.includes('Running') && stdout;
    });
    expect(status).toMatch(
      /State +● Running[^]*Workspace +work \(ws_[^]*Priority +high[^]*Model +some-model[^]*Time limit +10 m\nCost limit +\$1\.50\n[^]*wait for it/,
    );
    expect((await platform.run(TaskList, ['-w', 'work', '--state', 'running'])).stdout).toMatch(
      new RegExp(`${id} +● Running +high +work`),
    );
    expect(await platform.run(WorkspaceDelete, ['work', '--yes'])).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--force'),
    });

    const following = await platform.run(LogsStream, [id, '--from', '2', '--json'], {
      onOutput: (text) => {
        if (text.includes('"seq":2')) process.emit('SIGINT');
      },
    });
    expect(following.exitCode).toBe(130);
    expect(following.stdout).not.toContain('"seq":1,');

    expect(await rawInit(id)).toMatchObject({ type: 'system', model: 'some-model' });
    expect((await platform.run(TaskCancel, [id])).stdout).toContain(id);
    expect((await platform.run(LogsStream, [id])).exitCode).toBe(130);
    expect((await platform.run(TaskCancel, [id])).stdout).toBe(`Cancelled ${id}.\n`);
  });

  it('is cancelled by Ctrl-C, twice', async () => {
    const running = platform.run(TaskRun, ['wait again', '-w', 'work'], {
      onOutput: (text) => {
        if (text.includes('Claude Code works on it')) process.emit('SIGINT');
        if (text.includes('again within')) process.emit('SIGINT');
      },
    });
    const ran = await running;
    expect(ran.exitCode).toBe(130);
    expect(ran.stderr).toContain('Cancelling …');
    expect(ran.stdout).toContain('Cancelled');
  });

  it.each([
    ['an empty prompt', TaskRun, ['  ', '-w', 'work'], 2],
    ['a time that is none', TaskRun, ['x', '-w', 'work', '--timeout', 'soon'], 2],
    ['a priority that is none', TaskRun, ['x', '-w', 'work', '--priority', 'urgent'], 2],
    ['no such task', TaskStatus, [`task_${'0'.repeat(26)}`], 4],
    ['no such task to follow', LogsStream, [`task_${'0'.repeat(26)}`], 4],
    ['no such workspace', TaskRun, ['x', '-w', 'nobody'], 4],
    ['an id that is none', TaskStatus, ['../etc'], 2],
  ])('says of %s what is wrong', async (_what, command, argv, exitCode) => {
    const ran = await platform.run(command, argv);
    expect(ran).toMatchObject({ exitCode, stdout: '' });
    expect(ran.stderr).toMatch(/^Error: .+/);
  });

  it('lists page by page, and says when there is nothing', async () => {
    const first = await platform.run(TaskList, ['--limit', '1', '--json']);
    const { items, next_cursor: cursor } = first.json() as { items: Task[]; next_cursor: string };
    expect(items).toHaveLength(1);
    const next = await platform.run(TaskList, ['--limit', '1', '--cursor', cursor]);
    expect(next.stdout).not.toContain(items[0]?.id);
    expect(next.stderr).toContain('--cursor');
    expect((await platform.run(TaskList, ['--priority', 'low', '--state', 'timed_out'])).stdout).toContain(
      'No tasks here',
    );
  });
});
