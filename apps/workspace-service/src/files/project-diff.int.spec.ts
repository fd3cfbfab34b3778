import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { fileLimits, ServerConfig, WorkspaceDiff, type FileChange } from '@aicode/contracts';
import { runGit, type Executor } from '@aicode/sandbox';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import { makeTestProject, type TestProject } from '../fixtures/project-files.js';
import { PlatformExecutor } from './platform-executor.js';
import { diffProject } from './project-diff.js';
import { ProjectReader } from './project-reader.js';

const sandbox = new PlatformExecutor(ServerConfig.parse({}).executor);
const reader = new ProjectReader(sandbox);
let executor: Executor;
beforeAll(async () => {
  executor = await sandbox.get();
});

let project: TestProject;
beforeEach(async () => {
  project = await makeTestProject();
});
afterEach(() => project.remove());

const setUp = (script: string, ...args: string[]) => project.run('bash', '-c', script, 'set-up', ...args);
const diff = async (): Promise<WorkspaceDiff> => WorkspaceDiff.parse(await diffProject(executor, reader, project.path));
const commit = (): void => {
  project.git('add', '-A');
  project.git('commit', '-qm', 'a commit');
};
const named = (files: FileChange[], path: string): FileChange => {
  const found = files.find((file) => file.path === path);
  if (!found) throw new Error(`${path} is not in ${JSON.stringify(files.map((file) => file.path))}`);
  return found;
};

describe('what was changed in a project', () => {
  it('is nothing to say without a repository, or where its repository is elsewhere', async () => {
    setUp('echo > a');
    expect(await diff()).toEqual({ base: null, files: [], truncated: false });
    setUp('echo "gitdir: /somewhere/.git/worktrees/x" > .git');
    expect(await diff()).toEqual({ base: null, files: [], truncated: false });
  });

  it('is everything before the first commit', async () => {
    project.git('init', '-q');
    setUp('echo one > added; echo two > other');
    project.git('add', 'added');
    const { base, files } = await diff();
    expect(base).toBe('4b825dc642cb6eb9a060e54bf8d69288fbee4904');
    expect(files).toMatchObject([
      { path: 'added', status: 'added', additions: 1, deletions: 0 },
      { path: 'other', status: 'untracked', additions: 1, deletions: 0 },
    ]);
  });

  it('is each file with its lines, whatever was done to it', async () => {
    project.git('init', '-q');
    setUp(
      'seq 20 > changed; seq 30 > old; echo > gone; echo x > mode; echo x > swapped; printf "a\\0b" > image; : > same',
    );
    commit();
    setUp('sed -i "s/^10$/ten/" changed; git mv old new; sed -i "s/^5$/five/" new; rm gone; chmod +x mode; touch same');
    setUp(
      'rm swapped; ln -s mode swapped; printf "c\\0d" > image; echo new > staged; git add staged; printf "a\\nb" > un',
    );
    const { base, files, truncated } = await diff();
    expect([base, truncated]).toEqual([project.git('rev-parse', 'HEAD').trim(), false]);
    expect(files.map((f) => [f.path, f.status, f.old_path, f.binary, f.additions, f.deletions])).toEqual([
      ['changed', 'modified', null, false, 1, 1],
      ['gone', 'deleted', null, false, 0, 1],
      ['image', 'modified', null, true, null, null],
      ['mode', 'modified', null, false, 0, 0],
      ['new', 'renamed', 'old', false, 1, 1],
      ['staged', 'added', null, false, 1, 0],
      ['swapped', 'modified', null, false, 1, 1],
      ['un', 'untracked', null, false, 2, 0],
    ]);
    expect(named(files, 'changed').patch).toMatch(/^diff --git a\/changed b\/changed\n[\s\S]*\n-10\n\+ten\n/);
    expect(named(files, 'mode').patch).toContain('new mode 100755');
    expect(named(files, 'image').patch).toMatch(/Binary files a\/image and b\/image differ\n$/);
  });

  it('is a patch that git applies, also of files that it does not know', async () => {
    project.git('init', '-q');
    setUp('seq 20 > "with space"; printf "no end" > open');
    commit();
    setUp(
      'echo more >> "with space"; printf "still none" > open; mkdir -p "new dir"; printf "x\\ny" > "new dir/\\"quoted\\" 한글"; : > empty; ln -s open link',
    );
    const patch = (await diff()).files.map((file) => file.patch).join('');
    const tree = 'git add -A && git write-tree';
    const expected = setUp(tree);
    project.git('reset', '-q', '--hard');
    await writeFile(`${project.path}/../patch`, patch);
    project.git('apply', '--index', '../patch');
    expect(setUp(tree)).toBe(expected);
  });

  it('is told while a merge is unfinished', async () => {
    project.git('init', '-q');
    setUp('echo one > a; echo one > b');
    commit();
    project.git('checkout', '-qb', 'other');
    setUp('echo other > a; rm b');
    commit();
    project.git('checkout', '-q', '-');
    setUp('echo main > a; echo main > b');
    commit();
    setUp('git -c user.name=t -c user.email=t@example.com merge other > /dev/null || true');
    const { files } = await diff();
    expect(files).toMatchObject([{ path: 'a', status: 'modified' }]);
    expect(named(files, 'a').patch).toContain('+<<<<<<< HEAD');
  });

  it('leaves out what is ignored, and names a repository within', async () => {
    project.git('init', '-q');
    setUp('echo "*.log" > .gitignore; echo > a.log; git init -q inner; echo > inner/x; mkfifo pipe');
    const { files } = await diff();
    expect(files.map(({ path }) => path)).toEqual(['.gitignore', 'inner/']);
    expect(named(files, 'inner/')).toMatchObject({ status: 'untracked', patch: null, additions: null });
  });
});

describe('a diff that is too long', () => {
  it('has each patch cut at the end of a line, and the lines counted all the same', async () => {
    project.git('init', '-q');
    setUp('seq 100000 > long');
    commit();
    setUp('seq 100001 200000 > long; seq 100000 > new');
    const { files, truncated } = await diff();
    expect(truncated).toBe(true);
    expect(named(files, 'long')).toMatchObject({ truncated: true, additions: 100_000, deletions: 100_000 });
    expect(named(files, 'new')).toMatchObject({ truncated: true, additions: null });
    for (const { patch } of files) {
      expect(patch?.endsWith('\n')).toBe(true);
      expect(Buffer.byteLength(patch ?? '')).toBeLessThanOrEqual(fileLimits.patchBytes + 200);
    }
  });

  it('is cut as a whole, by files and by bytes', async () => {
    project.git('init', '-q');
    setUp('for i in {10..40}; do seq 40000 > $i; done; mkdir many; cd many; seq 3000 | xargs touch');
    const answer = await diff();
    expect([answer.files.length, answer.truncated]).toEqual([fileLimits.diffFiles, true]);
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(3.5 * 1024 ** 2);
  });

  it('is known in part where git has more to say than anybody reads', async () => {
    project.git('init', '-q');
    setUp('for i in {1..12}; do seq 450000 > $i; done');
    commit();
    setUp('for i in {1..12}; do seq 500000 900000 > $i; done');
    const { files, truncated } = await diff();
    expect([files.length, truncated]).toEqual([12, true]);
    expect(files.some(({ patch, additions }) => patch === null && additions === null)).toBe(true);
  });
});

describe('a hostile repository', () => {
  /** Programs that leave a mark where they run: in the project, since they can reach nothing else. */
  function traps(): void {
    project.git('init', '-q');
    setUp('echo one > a.txt; echo "* filter=evil diff=evil" > .gitattributes; git init -q sub');
    setUp('cd sub; echo x > x; git add .; git -c user.name=t -c user.email=t@example.com commit -qm x');
    commit();
    const program = join(project.path, '.git', 'evil');
    setUp(
      'printf "#!/bin/sh\\necho \\"$@\\" >> /workspace/.git/ran\\ncat\\n" > .git/evil; chmod 755 .git/evil; cp .git/evil .git/hooks/post-index-change',
    );
    const inside = program.replace(project.path, '/workspace');
    for (const name of [
      ...['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.askPass', 'diff.external', 'diff.evil.command'],
      ...['diff.evil.textconv', 'filter.evil.clean', 'filter.evil.smudge', 'filter.evil.process', 'filter.a=b.clean'],
      ...['alias.diff', 'alias.ls-files'],
    ]) {
      project.git('config', name, inside);
    }
    project.git('config', 'filter.evil.required', 'true');
    for (const [name, value] of [
      ['core.worktree', '/'],
      ['core.hooksPath', '/workspace/.git/hooks'],
      ['diff.noprefix', 'true'],
      ['diff.submodule', 'diff'],
      ['diff.renames', 'false'],
      ['color.ui', 'always'],
      ['core.quotePath', 'true'],
    ] satisfies [string, string][]) {
      setUp('git --work-tree=. --git-dir=.git config "$1" "$2"', name, value);
    }
    setUp(
      'cp .git/config sub/.git/config; echo two > a.txt; echo y > sub/x; echo "*.txt filter=a=b" >> .git/info/attributes',
    );
  }

  it('runs none of its programs, not even in the sandbox, and looks nowhere else', async () => {
    traps();
    const index = await readFile(join(project.path, '.git', 'index'));
    const { files } = await diff();
    expect(files.map(({ path, status }) => [path, status])).toEqual([['a.txt', 'modified']]);
    expect(files[0]?.patch).toContain('diff --git a/a.txt b/a.txt');
    expect(existsSync(join(project.path, '.git', 'ran'))).toBe(false);
    expect((await readFile(join(project.path, '.git', 'index'))).equals(index)).toBe(true);
    // The proof that the traps work.
    const plain = runGit(executor, { project: project.path, args: ['--work-tree=.', 'diff'], timeoutMs: 10_000 });
    await expect(plain).rejects.toThrow(/filter 'evil' failed/);
    expect(existsSync(join(project.path, '.git', 'ran'))).toBe(true);
  });

  it('has names that could be taken for something else', async () => {
    project.git('init', '-q');
    const names = [
      'a\ndiff --git a/x b/x',
      '\ttab',
      '"quoted"',
      ':100644',
      '\u202egnp',
      'b b/c b',
      'a => b',
      '-O',
      '한글',
    ];
    for (const name of names) setUp('mkdir -p "$(dirname "./$1")"; seq 5 > "./$1"', name);
    setUp("seq 9 > $'no\\377text'");
    commit();
    setUp(
      'for f in *; do [ -f "$f" ] && echo six >> "./$f"; done; echo six >> "./b b/c b"; echo six >> $\'./a\\ndiff --git a/x b/x\'',
    );
    const { files } = await diff();
    expect(files.map(({ path }) => path).sort()).toEqual([...names, 'no\ufffdtext'].sort());
    for (const file of files) expect(file).toMatchObject({ status: 'modified', additions: 1, deletions: 0 });
  });

  it('has content that looks like the output of git', async () => {
    project.git('init', '-q');
    setUp('echo > a; echo > b');
    commit();
    setUp(
      'printf "%s\\n" "diff --git a/b b/b" "@@ -1 +1 @@" "Binary files x and y differ" "* Unmerged path a" ":100644 100644 1 2 M\tc" "" "--- a/b" "+++ b/b" > a',
    );
    const { files } = await diff();
    expect(files).toMatchObject([{ path: 'a', binary: false, additions: 7, deletions: 0 }]);
  });

  it.each([
    ['a configuration that cannot be read', 'echo "[broken" > .git/config', /bad config/],
    ['an index that is none', 'echo x > .git/index', /index/],
  ])('with %s is said to be broken', async (_what, script, message) => {
    project.git('init', '-q');
    setUp('echo > a');
    commit();
    setUp(script);
    await expect(diff()).rejects.toMatchObject({ code: 'workspace.git_failed' });
    await expect(diff()).rejects.toThrow(message);
  });

  it('that never answers is ended', async () => {
    project.git('init', '-q');
    setUp('rm .git/config; mkfifo .git/config');
    await expect(diffProject(executor, reader, project.path, 1000)).rejects.toThrow(
      /git rev-parse did not finish within 1 s/,
    );
  });

  it('with a directory in which nobody can stay is read as far as it goes', async () => {
    project.git('init', '-q');
    await mkdir(join(project.path, 'x'));
    setUp('echo > a; chmod 0 a');
    const { files } = await diff();
    expect(named(files, 'a')).toMatchObject({ patch: null, status: 'untracked' });
  });
});
