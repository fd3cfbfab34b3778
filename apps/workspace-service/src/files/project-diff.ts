import { DomainError, fileLimits, type FileChange, type WorkspaceDiff } from '@aicode/contracts';
import { runGit, type Executor, type GitRun } from '@aicode/sandbox';

import { DiffBudget } from './diff-budget.js';
import { LineSplitter } from './line-splitter.js';
import type { ProjectReader } from './project-reader.js';
import { TrackedChanges } from './tracked-changes.js';
import { untrackedChange } from './untracked-changes.js';

/** The repository itself, wherever its configuration says that its files are; its index is not written to. */
const place = ['--no-optional-locks', '--literal-pathspecs', '--git-dir=/workspace/.git', '--work-tree=/workspace'];

/** What the repository's configuration might change of the form of a diff, or of what it costs. */
const settings = [
  'core.bare=false',
  'core.quotePath=false',
  'core.bigFileThreshold=4m',
  'diff.suppressBlankEmpty=false',
  'diff.autoRefreshIndex=true',
  'diff.interHunkContext=0',
  'diff.wsErrorHighlight=none',
];

const diffOptions = [
  ...['--raw', '--patch', '--no-color', '--no-ext-diff', '--no-textconv', '--unified=3', '--find-renames', '-l400'],
  ...['--src-prefix=a/', '--dst-prefix=b/', '--no-relative', '-O/dev/null', '--submodule=short'],
  // To look for changes in a submodule is to run git there, by the submodule's own configuration.
  '--ignore-submodules=dirty',
];

type Git = (run: Pick<GitRun, 'args'> & Partial<GitRun>) => ReturnType<typeof runGit>;

/**
 * What was changed in a project since its last commit. @throws DomainError workspace.git_failed (also when the time is over), executor.*
 */
export async function diffProject(
  executor: Executor,
  reader: ProjectReader,
  project: string,
  timeoutMs = 20_000,
): Promise<WorkspaceDiff> {
  const deadline = Date.now() + timeoutMs;
  const git: Git = ({ args, ...more }) =>
    runGit(executor, {
      project,
      args: [...place, ...args],
      settings,
      timeoutMs: Math.max(1, deadline - Date.now()),
      ...more,
    });
  const base = await baseOf(git);
  if (base === null) return { base, files: [], truncated: false };
  const namedSettings = await withoutFilters(git);
  const budget = new DiffBudget();
  const tracked = new TrackedChanges(budget);
  await git({ args: ['diff', ...diffOptions, base, '--'], namedSettings, onOutput: (chunk) => tracked.push(chunk) });
  const files = [...tracked.finish(), ...(await untrackedFiles(git, reader, project, budget))];
  files.sort((one, other) => (one.path < other.path ? -1 : 1));
  return { base, files, truncated: budget.exceeded || files.some(({ truncated }) => truncated) };
}

/** The last commit, or what stands for it before the first; null if there is no repository. */
async function baseOf(git: Git): Promise<string | null> {
  try {
    const head = await git({ args: ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], okCodes: [0, 1] });
    if (head.code === 0) return head.stdout.trim();
  } catch (error) {
    if (error instanceof DomainError && error.message.includes('not a git repository')) return null;
    throw error;
  }
  // Of nothing, since git's stdin is empty: its name depends on the repository's hash.
  return (await git({ args: ['hash-object', '-t', 'tree', '--stdin'] })).stdout.trim();
}

/** Filters are programs. They would run in the sandbox alone; here they run nowhere. */
async function withoutFilters(git: Git): Promise<[string, string][]> {
  const args = ['config', '-z', '--name-only', '--get-regexp', '^filter\\.'];
  const { stdout } = await git({ args, okCodes: [0, 1], maxOutputBytes: 64 * 1024 });
  const filters = new Set(stdout.split('\0').map((name) => /^filter\.(.+)\.[^.]+$/s.exec(name)?.[1]));
  return [...filters]
    .filter((filter) => filter !== undefined)
    .flatMap((filter): [string, string][] => [
      [`filter.${filter}.clean`, ''],
      [`filter.${filter}.process`, ''],
      [`filter.${filter}.required`, 'false'],
    ]);
}

async function untrackedFiles(
  git: Git,
  reader: ProjectReader,
  project: string,
  budget: DiffBudget,
): Promise<FileChange[]> {
  const names: string[] = [];
  const splitter = new LineSplitter((name) => names.push(name.toString('latin1')), 0);
  await git({
    args: ['ls-files', '-z', '--others', '--exclude-standard'],
    onOutput: (chunk) => {
      splitter.push(chunk);
      return names.length <= budget.filesLeft;
    },
  });
  const kept = names.filter((name) => budget.takeFile(name));
  if (kept.length === 0) return [];
  const all = Math.max(budget.patchBytesLeft, 0);
  const found = await reader.gather(project, kept, { each: fileLimits.patchBytes, all });
  return kept.map((name, index) => untrackedChange(name, found[index] ?? null, budget));
}
