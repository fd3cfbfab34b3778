import { chmod, chown, link, writeFile } from 'node:fs/promises';

import { ServerConfig } from '@aicode/contracts';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { makeTestProject, type TestProject } from '../fixtures/project-files.js';
import { PlatformExecutor } from './platform-executor.js';
import { ProjectReader } from './project-reader.js';

const { executor } = ServerConfig.parse({});

const onlyRoot = process.getuid?.() === 0 ? it : it.skip;

let project: TestProject;
beforeEach(async () => {
  project = await makeTestProject();
});
afterEach(() => project.remove());

/** A line of the shell that sets a project up; no word of it is a user's. */
const setUp = (script: string, ...args: string[]) => project.run('bash', '-c', script, 'set-up', ...args);

describe.each([
  ['in a sandbox', { unsandboxed: false }],
  ['where there is none', { unsandboxed: true, bwrapPath: '/no-such/bwrap' }],
])('reading a project %s', (_where, options) => {
  let reader: ProjectReader;
  beforeAll(() => {
    reader = new ProjectReader(new PlatformExecutor(executor, options));
  });

  it('lists a directory: directories first, links as links, and what is neither', async () => {
    setUp('mkdir -p b .hidden src/deep; echo hello > a.txt; ln -s /etc/passwd out; ln -s a.txt in; mkfifo pipe');
    const { entries, ...rest } = await reader.list(project.path, '');
    expect(rest).toEqual({ path: '', truncated: false });
    expect(entries.map(({ name, type, target }) => [name, type, target])).toEqual([
      ['.hidden', 'directory', null],
      ['b', 'directory', null],
      ['src', 'directory', null],
      ['a.txt', 'file', null],
      ['in', 'symlink', 'a.txt'],
      ['out', 'symlink', '/etc/passwd'],
      ['pipe', 'other', null],
    ]);
    expect(entries.find(({ name }) => name === 'a.txt')).toMatchObject({ path: 'a.txt', size: 6 });
    expect((await reader.list(project.path, 'src')).entries).toMatchObject([{ name: 'deep', path: 'src/deep' }]);
    expect((await reader.list(project.path, 'b')).entries).toEqual([]);
  });

  it('reads text, as far as it is shown, and nothing of what is binary', async () => {
    setUp(
      'printf "\\u00e9\\377\\n" > text; printf "a\\0b" > binary; : > empty; head -c 1500000 /dev/zero | tr "\\0" x > long',
    );
    expect(await reader.read(project.path, 'text')).toMatchObject({ content: 'é\ufffd\n', size: 4, truncated: false });
    expect(await reader.read(project.path, 'binary')).toMatchObject({ encoding: 'binary', content: null, size: 3 });
    expect(await reader.read(project.path, 'empty')).toMatchObject({ encoding: 'utf8', content: '', size: 0 });
    const long = await reader.read(project.path, 'long');
    expect(long).toMatchObject({ size: 1_500_000, truncated: true });
    expect(long.content).toHaveLength(1024 ** 2);
  });

  it('cuts between characters, and what would be too long as JSON', async () => {
    setUp(
      'head -c 1048575 /dev/zero | tr "\\0" x > odd; printf "é" >> odd; head -c 1000000 /dev/zero | tr "\\0" "\\001" > controls',
    );
    expect((await reader.read(project.path, 'odd')).content?.slice(-3)).toBe('xxx');
    const controls = await reader.read(project.path, 'controls');
    expect(controls.truncated).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(controls))).toBeLessThan(2.1 * 1024 ** 2);
  });

  it.each([
    ['nothing.txt', 'workspace.file_not_found', /is not there/],
    ['a.txt/below', 'workspace.file_not_found', /is not there/],
    ['x'.repeat(300), 'workspace.file_not_found', /is not there/],
    ['out', 'workspace.path_not_allowed', /a symbolic link.*\(to "\/etc\/passwd"\)/],
    ['up/etc/passwd', 'workspace.path_not_allowed', /a symbolic link.*\(to "\/"\)/],
    ['pipe', 'workspace.path_not_allowed', /never opened/],
    ['socket', 'workspace.path_not_allowed', /never opened/],
    ['src', 'workspace.path_not_allowed', /is a directory/],
    ['', 'workspace.path_not_allowed', /is a directory/],
    ['secret', 'workspace.path_not_allowed', /may not be read by the project's owner/],
  ])('does not read %s', async (path, code, message) => {
    setUp('echo > a.txt; ln -s /etc/passwd out; ln -s / up; mkfifo pipe; mkdir src; echo > secret; chmod 0 secret');
    setUp("node -e \"require('net').createServer().listen('socket', () => process.kill(process.pid, 9))\" || true");
    await expect(reader.read(project.path, path)).rejects.toMatchObject({ code });
    await expect(reader.read(project.path, path)).rejects.toThrow(message);
  });

  it.each([
    ['nothing', 'workspace.file_not_found', /is not there/],
    ['up', 'workspace.path_not_allowed', /a symbolic link/],
    ['a.txt', 'workspace.path_not_allowed', /is a file/],
    ['locked', 'workspace.path_not_allowed', /may not be read/],
  ])('does not list %s', async (path, code, message) => {
    setUp('echo > a.txt; ln -s / up; mkdir -m 0 locked');
    await expect(reader.list(project.path, path)).rejects.toMatchObject({ code });
    await expect(reader.list(project.path, path)).rejects.toThrow(message);
  });
});

describe('a hostile project', () => {
  const reader = new ProjectReader(new PlatformExecutor(executor));
  const odd = ['line\nbreak', '"quoted" \'name\'', '\u202egnp.exe', '\u001b[31mred', '-rf', '$(touch x)', '한글'];

  it('has names that are shown as they are, and can be asked for', async () => {
    for (const name of odd) project.run('bash', '-c', 'echo it > "$1"', 'x', `./${name}`);
    const { entries } = await reader.list(project.path, '');
    expect(entries.map(({ name }) => name).sort()).toEqual([...odd].sort());
    for (const name of odd) expect((await reader.read(project.path, name)).content).toBe('it\n');
  });

  it('has names that are no text: they are listed, and cannot be asked for', async () => {
    setUp("mkdir $'d\\377'; echo > $'f\\377'");
    const { entries } = await reader.list(project.path, '');
    expect(entries.map(({ name }) => name)).toEqual(['d\ufffd', 'f\ufffd']);
    await expect(reader.read(project.path, 'f\ufffd')).rejects.toMatchObject({ code: 'workspace.file_not_found' });
  });

  it('has more entries than anybody can read, and is done at once', async () => {
    setUp('mkdir many; cd many; seq -f "%06g" 30000 | xargs touch');
    const { entries, truncated } = await reader.list(project.path, 'many');
    expect([entries.length, truncated]).toEqual([2000, true]);
  });

  it('has names so long that their list is cut', async () => {
    setUp(
      'n=$(printf "x%.0s" {1..240}); d=.; for i in {1..15}; do d=$d/$n; done; mkdir -p "$d"; cd "$d"; seq -f "%g-$n" 2000 | xargs touch',
    );
    const deep = Array.from({ length: 15 }, () => 'x'.repeat(240)).join('/');
    const list = await reader.list(project.path, deep);
    expect(list.truncated).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(list))).toBeLessThan(2.1 * 1024 ** 2);
  });

  it('has sizes and times beyond all bounds', async () => {
    setUp('truncate -s 1T sparse; touch -d @-5000000000 old; touch -d @253402300800 late');
    const { entries } = await reader.list(project.path, '');
    expect(entries.map(({ name, size, modified_at: at }) => [name, size, at])).toEqual([
      ['late', 0, expect.stringMatching(/^\d{4}-/)],
      ['old', 0, '1970-01-01T00:00:00.000Z'],
      ['sparse', 1024 ** 4, expect.any(String)],
    ]);
    expect(await reader.read(project.path, 'sparse')).toMatchObject({ encoding: 'binary', size: 1024 ** 4 });
  });

  it('does not answer in time, and is ended', async () => {
    await expect(new ProjectReader(new PlatformExecutor(executor), 5).list(project.path, '')).rejects.toMatchObject({
      code: 'storage.busy',
      message: expect.stringContaining('did not answer within 0.005 s'),
    });
  });

  it('swaps a file for a link and a pipe all the time: what is read is the file, or refused', async () => {
    setUp('echo mine > real; ln -s /usr/bin/env link; mkfifo pipe');
    const swapping = 'while [ -e real ]; do for f in real link pipe; do ln -f $f new && mv -fT new it; done; done';
    const script = `(${swapping}) > /dev/null 2>&1 & sleep 0.01`;
    setUp(script);
    const seen = new Set<string>();
    for (let round = 0; round < 25; round += 1) {
      seen.add(
        await reader.read(project.path, 'it').then(
          ({ content }) => content ?? 'binary',
          ({ code }: { code: string }) => code,
        ),
      );
    }
    setUp('rm real');
    expect(seen.size).toBeGreaterThan(1);
    for (const what of seen) {
      expect(['mine\n', 'workspace.path_not_allowed', 'workspace.file_not_found']).toContain(what);
    }
  });

  onlyRoot('gives nothing that its owner could not read, though the platform could', async () => {
    setUp('mkdir other; echo > other/of-root');
    await writeFile(`${project.path}/../secret`, 'of root\n', { mode: 0o600 });
    await link(`${project.path}/../secret`, `${project.path}/hard-link`);
    await chown(`${project.path}/other/of-root`, 0, 0);
    await chmod(`${project.path}/other/of-root`, 0o600);
    for (const path of ['hard-link', 'other/of-root']) {
      await expect(reader.read(project.path, path)).rejects.toThrow(/may not be read by the project's owner/);
    }
  });
});
