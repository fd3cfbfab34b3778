import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { identityFor } from './account.js';
import { pipedArgs } from './bwrap-args.js';
import { installCommand } from './distribution.js';
import type { ExecSpec } from './exec.js';
import { reason } from './git.js';
import { nodeOutsideUsr, nodePrefix, readHostSystem } from './host-system.js';
import { defaultLimits, prlimitArgs } from './limits.js';
import { failure, probeBubblewrap } from './probe.js';
import { setprivCommand } from './setpriv.js';
import { readCode } from './supervise.js';

const account = (uid: number, gid = uid) => ({ uid, gid });

describe('as whom a program runs', () => {
  it.each([
    ['root becomes the owner', account(1000, 100), account(0), { uid: 1000, gid: 100, become: true }],
    ["root's group is not kept", account(1000, 0), account(0), { uid: 1000, gid: 1000, become: true }],
    ['a user stays himself', account(1000, 50), account(1000), { uid: 1000, gid: 1000, become: false }],
  ])('%s', (_, owner, platform, expected) => {
    expect(identityFor(owner, platform, '/p')).toEqual(expected);
  });

  it.each([
    [account(0), account(0), "chown -R 1000:1000 '/my p/it'\\''s'"],
    [account(0), account(7, 8), "sudo chown -R 7:8 '/my p/it'\\''s'"],
    [account(5), account(7, 8), 'belongs to user 5, but the platform runs as user 7'],
  ])('refuses %j on a platform of %j', (owner, platform, message) => {
    expect(() => identityFor(owner, platform, "/my p/it's")).toThrow(message);
  });
});

describe('command lines', () => {
  it('of setpriv: all is dropped for another user, the parent is watched in any case', () => {
    expect(setprivCommand('/s', { ...account(5, 6), become: true }, true).join(' ')).toBe(
      '/s --reuid 5 --regid 6 --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs --pdeathsig KILL --',
    );
    expect(setprivCommand('/s', { ...account(5), become: false }, false).join(' ')).toBe('/s --pdeathsig KILL --');
  });

  it('of prlimit', () => {
    expect(prlimitArgs({ processes: 3, fileBytes: 4 })).toEqual(['--nproc=3', '--fsize=4', '--core=0', '--']);
    expect(prlimitArgs({ fileBytes: 4 })).toEqual(['--fsize=4', '--core=0', '--']);
  });

  it('of an old bubblewrap: without what it does not know', () => {
    const spec: ExecSpec = { command: 'x', args: [], cwd: '/workspace', env: {}, project: '/p', network: 'host' };
    const system = readHostSystem();
    const old = pipedArgs(spec, system, defaultLimits, { disableUserns: false, size: false });
    expect(old).not.toContain('--size');
    expect(old).not.toContain('--disable-userns');
    expect(old).toContain('--share-net');
    expect(old).toContain('/etc/resolv.conf');
    const pinned = pipedArgs({ ...spec, hosts: {} }, system, defaultLimits, { disableUserns: true, size: true });
    expect(pinned).not.toContain('/etc/resolv.conf');
    expect(pinned).toContain('--size');
  });
});

describe('what the machine has', () => {
  it('Node outside /usr is shown under a name that tells nothing of its place', async () => {
    const base = await realpath(await mkdtemp(join(tmpdir(), 'aicode-node-')));
    await mkdir(join(base, 'v20', 'bin'), { recursive: true });
    await writeFile(join(base, 'v20', 'bin', 'node'), '');
    await writeFile(join(base, 'node'), '');
    expect(nodeOutsideUsr(join(base, 'v20', 'bin', 'node'))).toEqual(['--ro-bind', join(base, 'v20'), '/opt/node']);
    expect(nodePrefix(join(base, 'node'))).toBe(base);
    expect(nodeOutsideUsr('/usr/bin/env')).toEqual([]);
    await rm(base, { recursive: true });
  });

  it.each([
    ['ID=debian', 'sudo apt-get install -y x'],
    ['ID=mint\nID_LIKE="ubuntu debian"', 'sudo apt-get install -y x'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"', 'sudo dnf install -y x'],
    ['ID=arch', 'sudo pacman -S x'],
    ['ID=alpine', 'sudo apk add x'],
    ['ID_LIKE="suse"', 'sudo zypper install -y x'],
    ['', 'install the package x'],
  ])('%j installs by %s', (release, command) => {
    expect(installCommand('x', release)).toBe(command);
  });

  it.each([
    [0, { code: 0, signal: null }],
    [128, { code: 128, signal: null }],
    [137, { code: null, signal: 'SIGKILL' }],
    [143, { code: null, signal: 'SIGTERM' }],
    [255, { code: 255, signal: null }],
  ])('exit code %d', (code, exit) => {
    expect(readCode(code)).toEqual(exit);
  });
});

describe('the probe', () => {
  it('finds the installed bubblewrap', async () => {
    expect(await probeBubblewrap()).toMatchObject({
      ok: true,
      path: '/usr/bin/bwrap',
      version: expect.stringMatching(/^\d+\.\d+/),
    });
  });

  it.each([
    [{ bwrapPath: '/nonexistent' }, /bwrap\) is not installed/],
    [{ setprivPath: '/nonexistent' }, /setpriv .* is not installed/],
    [{ bwrapPath: '/bin/false' }, /cannot make a sandbox here/],
  ])('says of %j what is wrong and what to do', async (tools, reasonGiven) => {
    const result = await probeBubblewrap(tools);
    expect(result).toMatchObject({
      ok: false,
      reason: expect.stringMatching(reasonGiven),
      remedy: expect.stringMatching(/\w/),
    });
  });

  it.each([
    ['bwrap: setting up uid map: Permission denied', /AppArmor.*apparmor_restrict_unprivileged_userns=0/],
    ['bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted', /AppArmor/],
    ['bwrap: Creating new namespace failed: No space left on device', /max_user_namespaces/],
    ['bwrap: No permissions to create new namespace, likely because', /unprivileged_userns_clone=1/],
    ["noise\nbwrap: Can't mount proc on /newroot/proc: Operation not permitted", /security-opt/],
    ['something else', /ordinary user/],
  ])('%s', (stderr, remedy) => {
    expect(failure(stderr).remedy).toMatch(remedy);
  });
});

describe("git's reason", () => {
  it.each([
    ['Cloning into .\nfatal: x\n', 'x'],
    ['error: a\rerror: b', 'b'],
    ['', ''],
    ["fatal: unable to access 'https://u:secret@h/x': no", "unable to access 'https://h/x': no"],
    ['fatal: could not read Username for https://h: terminal prompts disabled', /needs a sign-in/],
    ['fatal: y: The requested URL returned error: 301', /redirects elsewhere/],
  ])('%j', (stderr, said) => {
    expect(reason(stderr)).toEqual(typeof said === 'string' ? said : expect.stringMatching(said));
  });
});
