import { until } from '@aicode/testing';
import { describe, expect, it } from '@jest/globals';
import type { LogEntry, Task } from '@aicode/contracts';

import { oneTo, seqs, usePlatform } from './fixtures/e2e-stack.js';

const platform = usePlatform();

describe('live by socket', () => {
  it('two watchers see the same log, and one cancels', async () => {
    const workspace = await platform.workspace('live');
    const seen: LogEntry[][] = [[], []];
    const ended: Task[] = [];
    const connections = await Promise.all(
      seen.map((entries) =>
        platform.client.connectWorkspace(workspace.id, {
          onLog: (entry) => entries.push(entry),
          onTask: (task, end) => {
            if (end) ended.push(task);
          },
        }),
      ),
    );
    const task = await platform.task(workspace, '#bash echo first\n#gate live\n#say never');
    for (const connection of connections) await connection.follow(task.id);
    await platform.stack.model.waitForGate('live', { timeoutMs: 30_000 });
    await connections[0]?.cancel(task.id);
    await until(() => ended.length === 2);
    expect(ended.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect(seen[0]).toEqual(seen[1]);
    expect(seqs(seen[0] ?? [])).toEqual(oneTo(seen[0]?.length ?? 0));
    connections.forEach((connection) => connection.close());
  });

  it('a reader that comes long after the end gets every line, though the live log is trimmed', async () => {
    const workspace = await platform.workspace('late');
    const task = await platform.task(workspace, `${'#bash echo line\n'.repeat(30)}#say Long.`);
    await platform.untilFinal(task.id);
    const { entries, end } = await platform.read(task.id, 7);
    expect(end.state).toBe('succeeded');
    expect(entries.length).toBeGreaterThan(60);
    expect(seqs(entries)).toEqual(oneTo(entries.length));
  });

  it('a deleted workspace ends what runs in it, and keeps the history of its tasks', async () => {
    const workspace = await platform.workspace('goes');
    const task = await platform.task(workspace, '#gate goes\n#say never');
    await platform.stack.model.waitForGate('goes', { timeoutMs: 30_000 });
    await expect(platform.client.workspaces.delete({ id: workspace.id })).rejects.toMatchObject({
      code: 'workspace.has_running_tasks',
    });
    await platform.client.workspaces.delete({ id: workspace.id, force: 'true' });
    expect((await platform.untilFinal(task.id)).state).toBe('cancelled');
    await until(async () => {
      const gone = await platform.client.workspaces.get({ id: workspace.id }).catch((error: unknown) => error);
      return gone instanceof Error;
    });
    expect((await platform.client.tasks.get({ id: task.id })).state).toBe('cancelled');
    await expect(platform.task(workspace, 'more')).rejects.toMatchObject({ code: 'workspace.not_found' });
  });

  it('sign-out counts at once', async () => {
    const api = `${platform.stack.url}/api/v1`;
    const json = { 'content-type': 'application/json' };
    const login = await fetch(`${api}/auth/login`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(platform.stack.admin),
    });
    const { access_token } = (await login.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${access_token}` };
    expect((await fetch(`${api}/auth/me`, { headers })).status).toBe(200);
    expect((await fetch(`${api}/auth/logout`, { method: 'POST', headers })).status).toBe(204);
    const after = await fetch(`${api}/auth/me`, { headers });
    expect(after.status).toBe(401);
    expect(await after.json()).toMatchObject({ code: 'auth.session_ended' });
  });
});
