import type { Readable } from 'node:stream';
import { DomainError } from '@aicode/contracts';
import type { ExecExit, Executor } from './exec.js';
import { collect, OutputTooLarge, tailLines } from './output.js';

export interface GitRun {
  /** Host directory of the project. */
  project: string;
  /** After `git`; built by the platform, user text only behind `--` or checked. */
  args: string[];
  /** More `-c` settings, `name=value`. */
  settings?: string[];
  network?: 'none' | 'host';
  /** With network `host`: the only names that resolve. */
  hosts?: Record<string, string[]>;
  timeoutMs: number;
  signal?: AbortSignal;
  /** Lines of stderr as they come; git's progress too. */
  onProgress?: (line: string) => void;
  /** Settings whose names `-c` could not tell from their values, as name and value. */
  namedSettings?: readonly (readonly [name: string, value: string])[];
  /** Gets stdout as it comes, and nothing is kept of it; `false` is enough: git is ended then, and that is no error. */
  onOutput?: (chunk: Buffer) => boolean;
  /** Bytes of stdout to keep at most; more is an error. Default 8 MiB. */
  maxOutputBytes?: number;
  /** Exit codes that are an answer and not an error (`git diff --exit-code`: 1). Default: 0 alone. */
  okCodes?: number[];
}

export interface GitResult {
  /** 0 also of one that was ended for having said enough. */
  code: number;
  stdout: string;
  /** The last lines, at most 64 KiB. */
  stderr: string;
}

/** A repository's configuration is code: these win over whatever it says. */
const safeSettings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.askPass=',
  'credential.helper=',
  'protocol.allow=never',
  'protocol.https.allow=always',
  'protocol.http.allow=always',
  'protocol.file.allow=never',
  'protocol.ext.allow=never',
  'http.followRedirects=false',
  'submodule.recurse=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'safe.directory=*',
];

const environment = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'false',
  GIT_ALLOW_PROTOCOL: 'https:http',
  LC_ALL: 'C.UTF-8',
};

/**
 * Runs git on a workspace's files, inside its sandbox: filters and programs that the repository configures run there or not
 * at all. @throws DomainError workspace.git_failed (exit code, time, size), executor.*; or the signal's reason
 */
export async function runGit(executor: Executor, run: GitRun): Promise<GitResult> {
  const timeout = AbortSignal.timeout(run.timeoutMs);
  const tooLarge = new AbortController();
  const enough = new AbortController();
  const signals = [timeout, tooLarge.signal, enough.signal, ...(run.signal ? [run.signal] : [])];
  const settings = [...safeSettings, ...(run.settings ?? [])].flatMap((setting) => ['-c', setting]);
  const git = await executor
    .open({
      command: 'git',
      args: ['--no-pager', ...settings, ...run.args],
      cwd: '/workspace',
      env: { ...environment, ...settingVariables(run.namedSettings ?? []) },
      project: run.project,
      network: run.network ?? 'none',
      ...(run.hosts ? { hosts: run.hosts } : {}),
      signal: AbortSignal.any(signals),
    })
    .catch((error: unknown) => {
      if (timeout.aborted && !run.signal?.aborted) throw timedOut(run);
      throw error;
    });
  git.stdin.end();
  const [stdout, stderr, exit] = await Promise.all([
    output(git.stdout, run, enough).catch((error: unknown) => {
      tooLarge.abort();
      if (error instanceof OutputTooLarge) return undefined;
      throw error;
    }),
    tailLines(git.stderr, 64 * 1024, run.onProgress),
    git.exited,
  ]);
  run.signal?.throwIfAborted();
  if (timeout.aborted) throw timedOut(run);
  if (stdout === undefined)
    throw new DomainError('workspace.git_failed', `git ${verb(run)} gave more output than can be shown.`);
  if (enough.signal.aborted) return { code: 0, stdout, stderr };
  return checked(run, exit, stdout, stderr);
}

async function output(stdout: Readable, run: GitRun, enough: AbortController): Promise<string> {
  if (!run.onOutput) return collect(stdout, run.maxOutputBytes ?? 8 * 1024 ** 2);
  for await (const chunk of stdout as AsyncIterable<Buffer>) {
    // What still comes after enough is read and dropped, so that nothing waits for a reader.
    if (!enough.signal.aborted && !run.onOutput(chunk)) enough.abort();
  }
  return '';
}

/** As git-config(1) has them. */
function settingVariables(settings: readonly (readonly [string, string])[]): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(settings.length) };
  for (const [index, [name, value]] of settings.entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = name;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}

function checked(run: GitRun, exit: ExecExit, stdout: string, stderr: string): GitResult {
  if (exit.code !== null && (run.okCodes ?? [0]).includes(exit.code)) return { code: exit.code, stdout, stderr };
  const how = exit.code === null ? `was ended by ${exit.signal}` : 'failed';
  const said = reason(stderr);
  throw new DomainError('workspace.git_failed', `git ${verb(run)} ${how}${said === '' ? '.' : `: ${said}`}`);
}

/** What git itself gives as the reason: its last `fatal:` or `error:` line, else its last line. */
export function reason(stderr: string): string {
  const lines = stderr.split(/[\r\n]+/).filter((line) => line.trim() !== '');
  const line = lines.findLast((text) => /^(fatal|error):/.test(text)) ?? lines.at(-1) ?? '';
  const said = line
    .replace(/^(fatal|error):\s*/, '')
    .replace(/:\/\/[^/@\s]*@/g, '://')
    .slice(0, 500);
  if (/returned error: 30[1278]/.test(stderr))
    return `${said}. The server redirects elsewhere: use the address it redirects to.`;
  if (/could not read Username|Authentication failed|returned error: 40[13]/.test(stderr)) {
    return `${said}. The repository does not exist or needs a sign-in.`;
  }
  return said;
}

function timedOut(run: GitRun): DomainError {
  return new DomainError(
    'workspace.git_failed',
    `git ${verb(run)} did not finish within ${Math.ceil(run.timeoutMs / 1000)} s and was ended.`,
  );
}

function verb(run: GitRun): string {
  return run.args.find((arg) => !arg.startsWith('-')) ?? '';
}
