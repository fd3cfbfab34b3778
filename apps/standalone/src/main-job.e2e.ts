import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, it } from '@jest/globals';

import { oneTo, seqs, usePlatform } from './fixtures/e2e-stack.js';

const run = promisify(execFile);
const platform = usePlatform();

describe('the main job', () => {
  it('goes from a prompt to a changed file, its log out by SSE', async () => {
    const workspace = await platform.workspace('main-job');
    const task = await platform.task(
      workspace,
      '#write hello.txt hello from the task\n#bash cat hello.txt\n#say It is written.',
    );
    expect(task).toMatchObject({ state: 'pending', attempt: 0 });
    const { entries, end } = await platform.read(task.id);
    expect(end).toMatchObject({ state: 'succeeded', attempt: 1, reason: null });
    expect(end.usage?.output_tokens).toBeGreaterThan(0);
    expect(seqs(entries)).toEqual(oneTo(entries.length));
    expect(entries.at(-1)).toMatchObject({ source: 'end', message: 'Done.' });
    expect(await readFile(join(workspace.project_path, 'hello.txt'), 'utf8')).toBe('hello from the task');
  });

  it('can be done with curl alone, from any cursor', async () => {
    const api = `${platform.stack.url}/api/v1`;
    const curl = async (...args: string[]): Promise<string> =>
      (await run('curl', ['-sS', '--max-time', '60', ...args])).stdout;
    const json = ['-H', 'content-type: application/json'];
    const login = JSON.parse(await curl(`${api}/auth/login`, ...json, '-d', JSON.stringify(platform.stack.admin))) as {
      access_token: string;
    };
    const auth = ['-H', `authorization: Bearer ${login.access_token}`];
    const workspace = JSON.parse(await curl(`${api}/workspaces`, ...auth, ...json, '-d', '{"name":"curl"}')) as {
      id: string;
    };
    const body = JSON.stringify({ workspace_id: workspace.id, command: '#bash echo one\n#bash echo two\n#say Three.' });
    const task = JSON.parse(await curl(`${api}/tasks`, ...auth, ...json, '-d', body)) as { id: string };
    const stream = ['-N', ...auth, '-H', 'accept: text/event-stream'];
    const all = await curl(`${api}/tasks/${task.id}/logs`, ...stream);
    const ids = [...all.matchAll(/^id: (\d+)\.1$/gm)].map((match) => Number(match[1]));
    expect(all).toContain('event: end');
    expect(all).toContain('"state":"succeeded"');
    const from3 = await curl(`${api}/tasks/${task.id}/logs?after=3.1`, ...stream);
    expect([...from3.matchAll(/^event: log$/gm)]).toHaveLength(Math.max(...ids) - 3);
    const resumed = await curl(
      `${api}/tasks/${task.id}/logs`,
      ...stream,
      '-H',
      `last-event-id: ${Math.max(...ids)}.1`,
      '-w',
      '%{http_code}',
    );
    expect(resumed).toBe('204');
    const page = JSON.parse(await curl(`${api}/tasks/${task.id}/logs?limit=2`, ...auth)) as {
      items: unknown[];
      next_after: string;
    };
    expect(page).toMatchObject({ next_after: '2.1' });
    expect(page.items).toHaveLength(2);
  });

  it('keeps what the CLI spoke in a file for each attempt', async () => {
    const workspace = await platform.workspace('ndjson');
    const task = await platform.task(workspace, '#say kept');
    await platform.untilFinal(task.id);
    const file = join(platform.stack.home, 'workspaces', workspace.id, 'logs', `${task.id}.1.ndjson`);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual(
      expect.arrayContaining(['system', 'assistant', 'result']),
    );
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('never runs a repository’s own git configuration outside the sandbox', async () => {
    const workspace = await platform.workspace('hostile-git');
    const marker = join(platform.stack.home, 'pwned');
    const hook = join(workspace.project_path, 'evil.sh');
    await writeFile(hook, `#!/bin/sh\ntouch ${marker}\ntouch /workspace/ran-inside\n`);
    await chmod(hook, 0o755);
    await mkdir(join(workspace.project_path, '.git', 'objects'), { recursive: true });
    await mkdir(join(workspace.project_path, '.git', 'refs'), { recursive: true });
    await writeFile(join(workspace.project_path, '.git', 'HEAD'), 'ref: refs/heads/main\n');
    await writeFile(
      join(workspace.project_path, '.git', 'config'),
      `[core]\nrepositoryformatversion = 0\nfsmonitor = /workspace/evil.sh\n[filter "x"]\nclean = /workspace/evil.sh\n`,
    );
    const task = await platform.task(workspace, '#bash git -c safe.directory=/workspace status; ls\n#say looked');
    await platform.untilFinal(task.id);
    await platform.client.workspaces.get({ id: workspace.id });
    await platform.client.workspaces.delete({ id: workspace.id, force: 'true' });
    await expect(stat(marker)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('has a valid description of itself', async () => {
    const document = (await (await fetch(`${platform.stack.url}/api/v1/openapi.json`)).json()) as {
      openapi: string;
      paths: object;
    };
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining(['/tasks', '/tasks/{id}/logs', '/workspaces/{id}']),
    );
  });
});
