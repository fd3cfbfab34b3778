import { readdir, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '@aicode/contracts';
import type { ExecSpec, Executor } from './exec.js';
import { until } from './fixtures/alive.js';
import { bash, finish, makeWorkspace, type TestWorkspace } from './fixtures/workspace.js';
import { createProcessExecutor } from './process-executor.js';

let workspace: TestWorkspace;
let socketsDir: string;
let sandboxed: Executor;
let plain: Executor;
beforeAll(async () => {
  workspace = await makeWorkspace();
  socketsDir = join(workspace.root, 'sockets');
  sandboxed = await createProcessExecutor({ unsandboxed: false, socketsDir: join(socketsDir, 's') });
  plain = await createProcessExecutor({
    unsandboxed: true,
    bwrapPath: '/nonexistent/bwrap',
    socketsDir: join(socketsDir, 'p'),
  });
});
afterAll(() => workspace.remove());

const echo = (connection: Duplex): void => void connection.pipe(connection);
/** Sends a word to the socket that a variable names, closes its half, and prints what comes back. */
const speak = (variable: string, word: string): string =>
  `node -e 'require("net").connect({ path: process.env.${variable}, allowHalfOpen: true }).end("${word}").pipe(process.stdout)'`;
const open = (script: string, more: Partial<ExecSpec>) => sandboxed.open(bash(workspace, script, more));

describe('sockets inside', () => {
  it.each(['sandboxed', 'plain'] as const)('carry what a program says and hears, each to its own: %s', async (kind) => {
    const shout = (connection: Duplex): void => {
      connection.on('data', (data: Buffer) => connection.write(data.toString().toUpperCase()));
      connection.on('end', () => connection.end('!'));
    };
    const executor = kind === 'sandboxed' ? sandboxed : plain;
    const script = `${speak('ONE', 'hello ')}; ${speak('TWO', 'hello')}`;
    const result = await finish(await executor.open(bash(workspace, script, { sockets: { ONE: echo, TWO: shout } })));
    expect(result).toMatchObject({ stdout: 'hello HELLO!', stderr: '', code: 0 });
  });

  it('are where only the way to them is open, and go with the program', async () => {
    const running = await open('echo $S; read -r go', { sockets: { S: echo } });
    const [name = ''] = await readdir(join(socketsDir, 's'));
    const directory = join(socketsDir, 's', name);
    expect((await stat(directory)).mode & 0o777).toBe(0o711);
    expect((await stat(join(directory, '0.sock'))).mode & 0o777).toBe(0o666);
    const held = connect(join(directory, '0.sock'));
    await new Promise((resolve) => held.once('connect', resolve));
    const gone = new Promise((resolve) => held.resume().once('close', resolve));
    expect(await finish(running)).toMatchObject({ stdout: '/run/aicli/0.sock\n' });
    await gone;
    expect(await readdir(join(socketsDir, 's'))).toEqual([]);
  });

  it.each<['kill' | 'terminate']>([['kill'], ['terminate']])('are gone when %s has resolved', async (how) => {
    const running = await open('exec sleep 1000', { sockets: { S: echo } });
    running.stdout.resume();
    await (how === 'kill' ? running.kill() : running.terminate(10));
    expect(await readdir(join(socketsDir, 's'))).toEqual([]);
  });

  it('go also where the program could not be started', async () => {
    await expect(open('true', { sockets: { S: echo }, cwd: '/etc' })).rejects.toMatchObject({
      code: 'executor.refused',
    });
    expect(await readdir(join(socketsDir, 's'))).toEqual([]);
  });

  it('hold no more than a sandbox needs, and those that left make room', async () => {
    const held = new Set<Duplex>();
    const hold = (connection: Duplex): void => {
      held.add(connection.resume());
      connection.once('end', () => connection.end()).once('close', () => held.delete(connection));
    };
    const flood = `node -e '
      const { connect } = require("net");
      let closed = 0;
      const all = Array.from({ length: 500 }, () => connect(process.env.S).on("error", () => {}).on("close", () => {
        if ((closed += 1) === 436) { console.log("bounded"); all.forEach((socket) => socket.destroy()); }
      }));'; ${speak('S', 'x')}`;
    const running = await open(flood, { sockets: { S: hold } });
    const result = await finish(running);
    expect(result).toMatchObject({ stdout: 'bounded\n', code: 0 });
    await until(() => held.size === 0, 'the end of all connections');
  });

  it('of a program that breaks off harm nobody', async () => {
    const writing = (connection: Duplex): void => {
      connection.write(Buffer.alloc(1_000_000));
    };
    const running = await open(`node -e 'require("net").connect(process.env.S, function () { this.destroy() })'`, {
      sockets: { S: writing },
    });
    expect(await finish(running)).toMatchObject({ code: 0 });
  });

  it('need a directory, whose path is no longer than that of a socket may be', async () => {
    const without = await createProcessExecutor({ unsandboxed: false });
    await expect(without.open(bash(workspace, 'true', { sockets: { S: echo } }))).rejects.toThrow(
      'without a directory',
    );
    const long = { unsandboxed: false, socketsDir: join(workspace.root, 'x'.repeat(100)) };
    await expect(createProcessExecutor(long)).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining('Choose a shorter AICLI_HOME'),
    });
  });
});

describe('leftovers', () => {
  it('of a workspace are ended but for those that are kept', async () => {
    const notesDir = join(workspace.root, 'notes');
    const executor = await createProcessExecutor({ unsandboxed: false, notesDir });
    const owned = (id: string, owner: string) =>
      executor.open(
        bash(workspace, 'exec sleep 1000', {
          workspace: { workspace_id: id, project_path: workspace.project, container: {} },
          owner,
        }),
      );
    const [one, two] = [newId('workspace'), newId('workspace')];
    const [left, kept, other] = await Promise.all([owned(one, 'left'), owned(one, 'kept'), owned(two, 'other')]);
    await executor.endLeftovers(one, new Set(['kept']));
    expect(await left.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(await readdir(join(notesDir, one))).toEqual(['kept']);
    expect(await readdir(join(notesDir, two))).toEqual(['other']);
    await Promise.all([kept.kill(), other.kill()]);
    await Promise.all([kept.exited, other.exited]);
    expect(await readdir(join(notesDir, one))).toEqual([]);
    await executor.endLeftovers(newId('workspace'), new Set());
    // A note that outlived its process, whose number may be somebody else's by now.
    await writeFile(join(notesDir, one, 'stale'), `${process.pid} 1`);
    await executor.endLeftovers(one, new Set());
    expect(await readdir(join(notesDir, one))).toEqual([]);
    await (await createProcessExecutor({ unsandboxed: false })).endLeftovers(one, new Set());
  });
});
