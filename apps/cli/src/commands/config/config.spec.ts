import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { runCommand } from '../../fixtures/run-command.js';
import ConfigGet from './get.js';
import ConfigList from './list.js';
import ConfigSet from './set.js';

let home: TempDir;
beforeEach(async () => {
  home = await tempDir('cli');
});
afterEach(() => home.remove());

const file = () => join(home.path, 'config', 'server.yaml');
const env = (more: Record<string, string> = {}) => ({ AICLI_HOME: home.path, AICLI_CONFIG: undefined, ...more });
const get = (key: string, more = {}) => runCommand(ConfigGet, [key], { env: env(more) });
const set = (...argv: string[]) => runCommand(ConfigSet, argv, { env: env() });

async function write(text: string): Promise<void> {
  await mkdir(dirname(file()), { recursive: true });
  await writeFile(file(), text);
}

describe('aicli config', () => {
  it('writes a setting, for its owner alone, and reads it', async () => {
    expect(await set('server.port', '8080')).toMatchObject({ exitCode: 0, stdout: 'server.port = 8080\n' });
    expect(await readFile(file(), 'utf8')).toBe('server:\n  port: 8080\n');
    expect((await stat(file())).mode & 0o777).toBe(0o600);
    expect((await get('server.port')).stdout).toBe('8080\n');
  });

  it('keeps comments and order', async () => {
    await write('# mine\nserver:\n  # the port\n  port: 1 # old\n  host: 0.0.0.0\nlog: { level: debug }\n');
    await set('server.port', '8080');
    await set('bus.timeout', '5s');
    expect(await readFile(file(), 'utf8')).toBe(
      '# mine\nserver:\n  # the port\n  port: 8080 # old\n  host: 0.0.0.0\nlog: { level: debug }\nbus:\n  timeout: 5s\n',
    );
  });

  it('takes a setting out, and the group with its last one', async () => {
    await write('# mine\n\nserver:\n  port: 1\n');
    await set('server.port', '--unset');
    expect(await readFile(file(), 'utf8')).not.toContain('server');
    expect((await get('server.port')).stdout).toBe('7780\n');
  });

  it('begins with a file of comments alone, and with an empty group', async () => {
    await write('# only words\n');
    await set('server.port', '1');
    expect(await readFile(file(), 'utf8')).toBe('# only words\n\nserver:\n  port: 1\n');
    await write('server:\n');
    await set('server.port', '2');
    expect(await readFile(file(), 'utf8')).toBe('server:\n  port: 2\n');
  });

  it.each([
    ['server.port', 'abc', 'whole number'],
    ['server.port', '70000', 'at most 65535'],
    ['server.port', '-1', 'at least 0'],
    ['server.port', ' ', 'number'],
    ['bus.handlers', '0', 'more than 0'],
    ['bus.timeout', 'soon', 'duration'],
    ['log.level', 'loud', 'debug, info, warn, error, silent'],
    ['executor.process_unsandboxed', 'perhaps', 'true, false'],
    ['redis.url', 'http://x', 'redis://'],
    ['model.base_url', 'nowhere', 'http'],
    ['model.api_key_file', 'relative', 'absolute path'],
    ['server.host', '', 'needs a value'],
  ])('refuses %s = %j with what would be allowed', async (key, value, allowed) => {
    const ran = await set(key, '--', value);
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toContain(allowed);
    await expect(readFile(file())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it.each([
    ['workspaces.allowed_roots', '/a, /b', '/a, /b'],
    ['executor.process_unsandboxed', 'true', 'true'],
    ['model.max_request', '2mb', '2mb'],
    ['server.host', '7', '7'],
  ])('takes %s = %s in its own type', async (key, value, shown) => {
    expect((await set(key, value)).stdout).toBe(`${key} = ${shown}\n`);
    expect((await get(key)).exitCode).toBe(0);
  });

  it('says where a value comes from, and never a password', async () => {
    await write('redis:\n  url: redis://me:secret@host:1/0\nauth:\n  access_ttl: 60000\n');
    const ran = await runCommand(ConfigList, ['--json'], {
      env: env({ AICLI_LOG_LEVEL: 'warn', AICLI_SERVER_PORT: 'x' }),
    });
    expect(ran.stdout).not.toContain('secret');
    const { settings } = ran.json() as { settings: { key: string }[] };
    const of = (key: string) => settings.find((setting) => setting.key === key);
    expect(of('redis.url')).toMatchObject({ value: 'redis://me:…@host:1/0', source: 'file', problem: null });
    expect(of('auth.access_ttl')).toMatchObject({ value: '1m', source: 'file' });
    expect(of('log.level')).toMatchObject({ value: 'warn', source: 'environment' });
    expect(of('server.port')).toMatchObject({ source: 'environment', problem: expect.stringContaining('number') });
    expect(of('database.url')).toMatchObject({ value: null, source: 'default' });
    expect(of('model.max_request')).toMatchObject({ value: '32mb', source: 'default' });
  });

  it.each<[string, Record<string, string>, unknown, string]>([
    ['workspaces.allowed_roots', {}, ['/a', '/b c'], '/a, /b c'],
    ['workspaces.allowed_roots', { AICLI_WORKSPACES_ALLOWED_ROOTS: '/x,/y' }, ['/x', '/y'], '/x, /y'],
    ['server.cors_origins', {}, [], ''],
    ['server.port', { AICLI_SERVER_PORT: '8080' }, 8080, '8080'],
    ['server.port', { AICLI_SERVER_PORT: 'many' }, 'many', 'many'],
    ['executor.process_unsandboxed', { AICLI_EXECUTOR_PROCESS_UNSANDBOXED: 'true' }, true, 'true'],
    ['bus.timeout', {}, '10s', '10s'],
    ['database.url', {}, null, ''],
  ])('gives %s with %j as the JSON it is, and as text for people', async (key, more, value, text) => {
    await write('workspaces: { allowed_roots: [/a, /b c] }\n');
    const ran = await runCommand(ConfigGet, [key, '--json'], { env: env(more) });
    expect(ran.json()).toMatchObject({ key, value });
    expect((await get(key, more)).stdout).toBe(`${text}\n`);
  });

  it('keeps the settings of containers in a file of their own, beside the other', async () => {
    const docker = join(home.path, 'config', 'docker.yaml');
    await mkdir(dirname(docker), { recursive: true });
    await writeFile(docker, '# ours\ncpu: 2 # enough\n');
    expect(await set('docker.memory', '4gb')).toMatchObject({ exitCode: 0, stdout: 'docker.memory = 4gb\n' });
    await set('docker.cpu', '3');
    await set('docker.networks', 'isolated, allowlist');
    const text = '# ours\ncpu: 3 # enough\nmemory: 4gb\nnetworks:\n  - isolated\n  - allowlist\n';
    expect(await readFile(docker, 'utf8')).toBe(text);
    await expect(readFile(file())).rejects.toMatchObject({ code: 'ENOENT' });
    expect((await get('docker.networks')).stdout).toBe('isolated, allowlist\n');
    await set('docker.networks', '--unset');
    expect((await get('docker.networks')).stdout).toBe('isolated, allowlist, open\n');
    expect((await set('docker.networks', 'all')).exitCode).toBe(2);
    const listed = (await runCommand(ConfigList, ['--json'], { env: env() })).json();
    expect(listed).toMatchObject({ file: file(), docker_file: docker, problems: [] });
  });

  it('tells of settings of containers in the wrong file, and of what is none', async () => {
    await write('docker: { cpu: 2 }\n');
    await writeFile(join(home.path, 'config', 'docker.yaml'), 'cpus: 2\n');
    const { stderr, exitCode } = await get('docker.cpu');
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/"docker\.cpu" belongs in .*docker\.yaml, without "docker:" above it/);
    expect(stderr).toContain('"docker.cpus" is not a key');
    await writeFile(join(home.path, 'config', 'docker.yaml'), '- cpu\n');
    expect((await get('docker.cpu')).stderr).toContain('must hold keys, such as');
  });

  it('tells of what is in the file and is no key', async () => {
    await write('server: { prt: 1, port: 2 }\nnonsense: 1\nlog:\n');
    for (const ran of [await get('server.port'), await set('server.port', '3')]) {
      expect(ran.exitCode).toBe(0);
      expect(ran.stderr).toContain('"server.prt" is not a key of the configuration. Did you mean: server.');
      expect(ran.stderr).toContain('"nonsense" is not a key');
      expect(ran.stderr).not.toContain('"log"');
    }
    const listed = (await runCommand(ConfigList, ['--json'], { env: env() })).json();
    expect(listed).toMatchObject({
      problems: [expect.stringContaining('server.prt'), expect.stringContaining('nonsense')],
    });
  });

  it('lists for people', async () => {
    await write('server:\n  port: 99999\n');
    const ran = await runCommand(ConfigList, [], { env: env() });
    expect(ran.stdout).toMatch(/^KEY +VALUE +FROM +WHAT\n/);
    expect(ran.stdout).toMatch(/server\.port +99999 +file +! must be at most 65535/);
    expect(ran.stderr).toContain(file());
  });

  it('says that the environment has the last word, and warns of what the platform would refuse', async () => {
    const ran = await runCommand(ConfigSet, ['log.level', 'debug'], { env: env({ AICLI_LOG_LEVEL: 'loud' }) });
    expect(ran.stderr).toContain('AICLI_LOG_LEVEL');
    expect((await get('log.level', { AICLI_LOG_LEVEL: 'loud' })).stderr).toContain('must be one of');
  });

  it.each([
    ['server.prt', 'server.port'],
    ['port', 'server.port'],
    ['nothing.like_it', 'config list'],
    ['server', 'group of keys: server.host, server.port'],
  ])('helps with the unknown key %s', async (key, hint) => {
    const ran = await get(key);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(hint);
  });

  it.each([
    ['server: [', 'not valid YAML'],
    ['server:\n  port: 1\n  port: 2\n', 'not valid YAML'],
    ['- a\n', 'groups of keys'],
  ])('does not touch a file that it can not read: %j', async (text, problem) => {
    await write(text);
    const ran = await set('server.port', '1');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(problem);
    expect(await readFile(file(), 'utf8')).toBe(text);
  });

  it('changes nothing by taking out what is not there', async () => {
    expect(await set('server.port', '--unset')).toMatchObject({ exitCode: 0, stdout: 'server.port = 7780\n' });
  });

  it('wants a value or --unset, not both, and not from standard input', async () => {
    const piped = await runCommand(ConfigSet, ['server.port'], { env: env(), stdin: '8080\n' });
    expect(piped.exitCode).toBe(2);
    expect((await set('server.port')).exitCode).toBe(2);
    expect((await set('server.port', '1', '--unset')).exitCode).toBe(2);
  });

  it('takes the file that AICLI_CONFIG names', async () => {
    const other = join(home.path, 'other.yaml');
    await runCommand(ConfigSet, ['server.port', '5'], { env: { AICLI_HOME: home.path, AICLI_CONFIG: other } });
    expect(await readFile(other, 'utf8')).toContain('port: 5');
  });
});
