import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { tempDir, type TempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { usePlatform } from '../fixtures/stack.js';
import { SessionStore } from '../session/session-file.js';
import Login from './login.js';
import Logout from './logout.js';
import Whoami from './whoami.js';

const platform = usePlatform();
let elsewhere: TempDir;
beforeAll(async () => {
  elsewhere = await tempDir('cli');
});
afterAll(() => elsewhere.remove());

/** aicli on another machine: its home knows nothing of the platform. */
const far = (more: Record<string, string> = {}) => ({ AICLI_HOME: elsewhere.path, ...more });
const password = () => `${platform.stack.admin.password}\n`;

async function keptToken(home: string): Promise<string> {
  const session = await new SessionStore(join(home, 'cli.json')).storage(platform.stack.url).read();
  return session?.access_token ?? '';
}

describe('who started the platform on this machine', () => {
  it('is signed in without a password, by one sign-in that is kept', async () => {
    expect(await platform.run(Whoami)).toMatchObject({
      exitCode: 0,
      stdout: `admin (admin) at ${platform.stack.url}\n`,
    });
    const file = join(platform.stack.home, 'cli.json');
    const kept = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await platform.run(Whoami);
    expect(await readFile(file, 'utf8')).toBe(kept);
  });

  it('stays signed out after a logout, until they sign in', async () => {
    expect(await platform.run(Logout)).toMatchObject({ exitCode: 0 });
    const out = await platform.run(Whoami, ['--json']);
    expect(out).toMatchObject({ exitCode: 3, stderr: '' });
    expect(out.json()).toMatchObject({ error: { code: 'auth.required', exit_code: 3, next: 'Sign in: aicli login' } });
    expect(await platform.run(Logout)).toMatchObject({ exitCode: 0 });
    expect((await platform.run(Login)).stdout).toContain('Signed in as admin (admin)');
    expect((await platform.run(Whoami)).exitCode).toBe(0);
  });

  it('stays signed in when the kept session was ended elsewhere', async () => {
    const token = await keptToken(platform.stack.home);
    await fetch(`${platform.stack.url}/api/v1/auth/logout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    expect((await platform.run(Whoami)).exitCode).toBe(0);
  });
});

describe('from another machine', () => {
  it('one has to say who one is', async () => {
    const server = ['--server', platform.stack.url];
    const refused = await platform.run(Whoami, server, { env: far() });
    expect(refused.exitCode).toBe(3);
    expect(refused.stderr).not.toContain('Bearer');
    expect(refused.stderr).toContain(`aicli login --server ${platform.stack.url}`);
    expect((await platform.run(Login, server, { env: far() })).stderr).toContain('--username');
    const wrong = await platform.run(Login, [...server, '-u', 'admin'], { env: far(), stdin: 'wrong\n' });
    expect(wrong).toMatchObject({ exitCode: 3, stdout: '' });
  });

  it('the password comes from standard input, and the server is remembered', async () => {
    const login = await platform.run(Login, ['--server', platform.stack.url, '-u', 'admin', '--json'], {
      env: far(),
      stdin: password(),
    });
    expect(login.json()).toMatchObject({ username: 'admin', server: platform.stack.url });
    expect((await platform.run(Whoami, [], { env: far() })).stdout).toContain(platform.stack.url);
    expect((await platform.run(Logout, [], { env: far() })).stdout).toContain(platform.stack.url);
    // Without a server that is remembered, the one of this home's settings is meant.
    const gone = await platform.run(Whoami, [], { env: far({ AICLI_SERVER_PORT: '1' }) });
    expect(gone).toMatchObject({ exitCode: 5, stderr: expect.stringContaining('http://127.0.0.1:1') });
    expect(gone.stderr).toContain('Start it: aicli up --detach');
  });

  it('AICLI_SERVER and AICLI_TOKEN say it all', async () => {
    const env = far({ AICLI_SERVER: platform.stack.url });
    await platform.run(Login, ['-u', 'admin'], { env, stdin: password() });
    const token = await keptToken(elsewhere.path);
    const other = await tempDir('cli');
    const by = (value: string) =>
      platform.run(Whoami, [], { env: { ...env, AICLI_HOME: other.path, AICLI_TOKEN: value } });
    expect((await by(token)).exitCode).toBe(0);
    const wrong = await by('rubbish');
    expect(wrong).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('Correct or unset AICLI_TOKEN.') });
    expect(wrong.stderr).not.toContain('aicli login');
    await other.remove();
  });

  it('a set-up needs a terminal', async () => {
    expect(await platform.run(Login, ['--setup', '--server', platform.stack.url], { env: far() })).toMatchObject({
      exitCode: 2,
    });
  });
});

describe('a server that is not there', () => {
  it.each([
    ['http://127.0.0.1:1', 5],
    ['not a server', 2],
  ])('%s: exit code %d', async (server, exitCode) => {
    expect((await platform.run(Whoami, ['--server', server])).exitCode).toBe(exitCode);
    expect((await platform.run(Login, ['--server', server, '-u', 'x'], { stdin: 'y' })).exitCode).toBe(exitCode);
  });
});
