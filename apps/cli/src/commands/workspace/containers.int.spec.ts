import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startContainerServer, type ContainerServer } from '../../fixtures/container-server.js';
import { runCommand, type Ran, type RunOptions } from '../../fixtures/run-command.js';
import WorkspaceExec from './exec.js';
import WorkspaceShow from './show.js';
import WorkspaceStart from './start.js';
import WorkspaceShowStats from './stats.js';
import WorkspaceStop from './stop.js';
import WorkspaceUpdate from './update.js';

let server: ContainerServer;
beforeEach(async () => {
  server = await startContainerServer();
});
afterEach(() => server?.stop());

type Command = Parameters<typeof runCommand>[0];
const run = (command: Command, argv: string[], more: RunOptions = {}): Promise<Ran> => {
  const env = { AICLI_SERVER: server.url, AICLI_TOKEN: 'token', NO_COLOR: '1', HERE: 'x', ...more.env };
  return runCommand(command, argv, { ...more, env });
};
const exec = (argv: string[], more: RunOptions = {}) => run(WorkspaceExec, ['-w', 'shop', ...argv], more);
const program = (script: string) => ['--', 'sh', '-c', script];

describe('aicli workspace exec', () => {
  it('joins input, output and exit code with those of the program', async () => {
    const ran = await exec(program('cat; echo problem >&2; exit 7'), { stdin: 'over and back' });
    expect(ran).toMatchObject({ stdout: 'over and back', stderr: 'problem\n', exitCode: 7 });
  });

  it('hands arguments over as they are, flags too, and variables', async () => {
    const ran = await exec([
      '--env',
      'A=b c',
      '--env',
      'HERE',
      '--',
      'sh',
      '-c',
      'echo "$A $HERE $0 $1"',
      '--json',
      '$(id)',
    ]);
    expect(ran).toMatchObject({ stdout: 'b c x --json $(id)\n', exitCode: 0 });
    expect(server.asked[0]).toMatchObject({ what: 'POST /exec', body: { tty: null, env: { A: 'b c', HERE: 'x' } } });
  });

  it.each([
    ['kill -9 $$', 137],
    ['kill -15 $$', 143],
  ])('ends as a shell would after %s', async (script, exitCode) => {
    expect(await exec(program(script))).toMatchObject({ exitCode });
  });

  it('gives one document with --json', async () => {
    const ran = await exec(['--json', ...program('echo out; echo err >&2; exit 2')]);
    expect(ran.exitCode).toBe(2);
    const document = {
      exit_code: 2,
      code: 2,
      signal: null,
      reason: null,
      stdout: 'out\n',
      stderr: 'err\n',
      truncated: false,
    };
    expect(ran.json()).toEqual(document);
  });

  it('ends the program at Ctrl-C', async () => {
    const running = exec(program('trap "echo bye; exit 0" TERM; echo up; while :; do sleep 0.1; done'), {
      onOutput: (text) => void (text.includes('up') && process.emit('SIGINT')),
    });
    expect(await running).toMatchObject({ stdout: 'up\nbye\n', exitCode: 130 });
  });

  it('kills the program at a second Ctrl-C, and when we are ended', async () => {
    const stubborn = program('trap "echo no" TERM; echo up; while :; do sleep 0.1; done');
    const twice = (text: string): void => void (/up|no/.test(text) && process.emit('SIGINT'));
    expect(await exec(stubborn, { onOutput: twice })).toMatchObject({ exitCode: 130 });
    const ended = (text: string): void => void (text.includes('up') && process.emit('SIGTERM'));
    expect(await exec(stubborn, { onOutput: ended })).toMatchObject({ exitCode: 137 });
  });

  it('says so when the connection is lost', async () => {
    const cut = (text: string): void => void (text.includes('up') && server.cut());
    const ran = await exec(program('echo up; exec sleep 100'), { onOutput: cut });
    expect(ran).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('connection to the program is lost') });
  });

  it.each<[string, string[], string]>([
    ['nothing to run', [], 'Say what to run'],
    ['a terminal where none is', ['-t', '--', 'sh'], '--tty needs a terminal'],
    ['a variable that is not there', ['--env', 'NOWHERE', '--', 'env'], 'NOWHERE is not set'],
  ])('refuses %s', async (_, argv, words) => {
    const ran = await exec(argv);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(words);
    expect(server.asked).toEqual([]);
  });
});

describe('aicli workspace start, stop and stats', () => {
  it.each([
    ['POST /start', WorkspaceStart],
    ['POST /stop', WorkspaceStop],
  ])('%s', async (what, command) => {
    const ran = await run(command, ['shop']);
    expect(ran).toMatchObject({ exitCode: 0, stdout: 'Containers  none yet\nDisk  1 KB / 2 KB\n' });
    expect((await run(command, ['shop', '--json'])).json()).toEqual(server.stats);
    expect(server.asked).toEqual([
      { what, body: null },
      { what, body: null },
    ]);
  });

  it('shows the figures once', async () => {
    expect((await run(WorkspaceShowStats, ['shop'])).stdout).toContain('Disk  1 KB / 2 KB');
    expect((await run(WorkspaceShowStats, ['shop', '--json'])).json()).toEqual(server.stats);
  });

  it('shows them again and again, a line each with --json, until Ctrl-C', async () => {
    let lines = 0;
    const onOutput = (): void => void ((lines += 1) === 2 && process.emit('SIGINT'));
    const ran = await run(WorkspaceShowStats, ['shop', '--watch', '--json'], { onOutput });
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' });
    expect(ran.lines()).toEqual([server.stats, server.stats]);
    lines = 0;
    const people = await run(WorkspaceShowStats, ['shop', '--watch'], { onOutput });
    expect(people.stdout.match(/Disk/g)).toHaveLength(2);
  });

  it('says why there are none', async () => {
    server.broken = true;
    const ran = await run(WorkspaceShowStats, ['shop', '--watch']);
    expect(ran).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('The engine is away.') });
  });
});

describe('aicli workspace show', () => {
  it('shows settings and what the containers do, also where that cannot be known', async () => {
    server.workspace.container_settings = { cpu: 1 };
    const ran = await run(WorkspaceShow, ['shop']);
    expect(ran.stdout).toMatch(
      /Containers +none yet\n[^]*CPU +1 core \*\nMemory +2 GB\n[^]*Network +isolated\n\* set by/,
    );
    expect((await run(WorkspaceShow, ['shop', '--json'])).json()).toMatchObject({ name: 'shop', stats: server.stats });
    server.broken = true;
    expect((await run(WorkspaceShow, ['shop'])).stdout).toMatch(/Containers +The engine is away\./);
    expect((await run(WorkspaceShow, ['shop', '--json'])).json()).toMatchObject({ name: 'shop', stats: null });
  });
});

describe('aicli workspace update', () => {
  it('sends what is said, adds to lists, and gives settings back', async () => {
    server.workspace.container_settings = { allow: ['a.example'], env: { OLD: '1' } };
    const flags = ['--name', 'store', '--memory', '4g', '--cpu', '1.5', '--allow', 'b.example', '--env', 'HERE'];
    const ran = await run(WorkspaceUpdate, ['shop', ...flags, '--reset', 'env', '--reset', 'disk']);
    expect(ran).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('workspace stop') });
    expect(ran.stdout).toMatch(/Name +store/);
    const container = { memory: '4g', cpu: 1.5, allow: ['a.example', 'b.example'], env: { HERE: 'x' }, disk: null };
    expect(server.asked).toEqual([{ what: 'PATCH ', body: { name: 'store', container } }]);
  });

  it.each<[string, string[], string]>([
    ['nothing', [], 'There is nothing to change'],
    ['half a core too few', ['--cpu', 'many'], '--cpu takes a number above 0'],
    ['none at all', ['--cpu', '0'], '--cpu takes a number above 0'],
    ['an unknown network', ['--network', 'all'], 'isolated, allowlist, open'],
    ['an unknown setting', ['--reset', 'all'], 'image'],
  ])('refuses %s', async (_, argv, words) => {
    const ran = await run(WorkspaceUpdate, ['shop', ...argv]);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(words);
    expect(server.asked).toEqual([]);
  });
});
