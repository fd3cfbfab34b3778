import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { findCgroup, readCgroup, readOomKills } from './cgroup-files.js';

const id = 'd2ddedcf1ccebc86b0d9a14ae2fbc334a2a5de26bbc92840d6b6defcfbc4a04d';
const container = { id, pid: 77 };
let dir: TempDir;

beforeEach(async () => {
  dir = await tempDir('cgroup');
});
afterEach(() => dir.remove());

async function files(contents: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(contents)) {
    await mkdir(dirname(join(dir.path, name)), { recursive: true });
    await writeFile(join(dir.path, name), text);
  }
}

/** As the kernel's documentation shows the files of version 2 (admin-guide/cgroup-v2.rst); this code was not tried on such a machine. */
async function version2(path: string): Promise<void> {
  await files({
    'proc/77/cgroup': `0::${path}\n`,
    'proc/self/mountinfo': `35 24 0:30 / ${dir.path}/fs rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n`,
    [`fs${path}/cpu.stat`]: 'usage_usec 2500000\nuser_usec 2000000\nsystem_usec 500000\nnr_periods 0\n',
    [`fs${path}/memory.current`]: '104857600\n',
    [`fs${path}/memory.stat`]:
      'anon 52428800\nfile 52428800\ninactive_anon 7\nactive_file 10485760\ninactive_file 41943040\n',
    [`fs${path}/memory.events`]: 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 1\n',
    [`fs${path}/pids.current`]: '12\n',
  });
}

describe('the cgroup of a container', () => {
  it.each([`/system.slice/docker-${id}.scope`, `/docker/${id}`])('of version 2, at %s', async (path) => {
    await version2(path);
    const cgroup = await findCgroup(container, join(dir.path, 'proc'));
    if (!cgroup) throw new Error('It was not found.');
    expect(cgroup.version).toBe(2);
    expect(await readCgroup(cgroup)).toEqual({ cpuNs: 2.5e9, memory: 62_914_560, pids: 12 });
    expect(await readOomKills(cgroup)).toBe(2);
  });

  it('of version 1, whose controllers are in places of their own, seen from within a slice', async () => {
    const path = `/slice/docker-${id}.scope`;
    const mount = (controllers: string) =>
      `36 31 0:33 /slice ${dir.path}/fs/${controllers} rw - cgroup cgroup rw,${controllers}\n`;
    await files({
      'proc/77/cgroup': `9:name=systemd:${path}\n4:memory:${path}\n3:cpu,cpuacct:${path}\n2:pids:${path}\n0::${path}\n`,
      'proc/self/mountinfo': mount('memory') + mount('cpu,cpuacct') + mount('pids'),
      [`fs/memory/docker-${id}.scope/memory.usage_in_bytes`]: '1000\n',
      [`fs/memory/docker-${id}.scope/memory.stat`]: 'inactive_file 3\ntotal_inactive_file 400\n',
      [`fs/memory/docker-${id}.scope/memory.oom_control`]: 'oom_kill_disable 0\nunder_oom 0\noom_kill 5\n',
      [`fs/cpu,cpuacct/docker-${id}.scope/cpuacct.usage`]: '22313830\n',
    });
    const cgroup = await findCgroup(container, join(dir.path, 'proc'));
    if (!cgroup) throw new Error('It was not found.');
    expect(await readCgroup(cgroup)).toEqual({ cpuNs: 22_313_830, memory: 600, pids: null });
    expect(await readOomKills(cgroup)).toBe(5);
  });

  it('is not that of a process which only has the same pid as one on another machine', async () => {
    await version2('/system.slice/sshd.service');
    expect(await findCgroup(container, join(dir.path, 'proc'))).toBeUndefined();
  });

  it.each([
    ['does not run', { id, pid: 0 }],
    ['has gone', { id, pid: 78 }],
  ])('is nothing for one that %s', async (_, gone) => {
    await version2(`/docker/${id}`);
    expect(await findCgroup(gone, join(dir.path, 'proc'))).toBeUndefined();
  });

  it('is nothing where it lies outside of what we see', async () => {
    await version2(`/docker/${id}`);
    await files({ 'proc/self/mountinfo': `35 24 0:30 /docker/other ${dir.path}/fs rw - cgroup2 cgroup2 rw\n` });
    expect(await findCgroup(container, join(dir.path, 'proc'))).toBeUndefined();
    await files({ 'proc/77/cgroup': `0::/../${id}\n` });
    expect(await findCgroup(container, join(dir.path, 'proc'))).toBeUndefined();
  });

  it('refuses what is no number', async () => {
    await version2(`/docker/${id}`);
    const cgroup = await findCgroup(container, join(dir.path, 'proc'));
    await files({ [`fs/docker/${id}/memory.current`]: 'max\n' });
    await expect(cgroup && readCgroup(cgroup)).rejects.toThrow('does not hold the number');
  });
});
