import { checkBranchName } from './branch-name.js';
import { resolveCloneHost, type CloneHostRules } from './clone-host.js';
import { checkCloneUrl } from './clone-url.js';
import type { Executor } from './exec.js';
import { runGit, type GitRun } from './git.js';

export interface CloneRequest extends Pick<GitRun, 'timeoutMs' | 'signal' | 'onProgress'>, CloneHostRules {
  /** Host directory, empty, owned by the user of the sandbox. */
  project: string;
  url: string;
  branch?: string | undefined;
}

/**
 * Clones into the project directory. Its name server is asked once, before; inside only the addresses found then exist.
 * @throws DomainError workspace.git_url_refused, request.invalid (branch), workspace.git_failed, executor.*
 */
export async function cloneRepository(executor: Executor, request: CloneRequest): Promise<void> {
  const url = checkCloneUrl(request.url);
  const branch = request.branch === undefined ? [] : ['--branch', checkBranchName(request.branch)];
  const pin = await resolveCloneHost(url, request);
  await runGit(executor, {
    project: request.project,
    args: ['clone', '--progress', '--no-recurse-submodules', '--template=', ...branch, '--', url.url, '.'],
    settings: pin.curloptResolve === undefined ? [] : [`http.curloptResolve=${pin.curloptResolve}`],
    network: 'host',
    hosts: pin.curloptResolve === undefined ? {} : { [pin.host]: pin.addresses },
    timeoutMs: request.timeoutMs,
    ...(request.signal ? { signal: request.signal } : {}),
    ...(request.onProgress ? { onProgress: request.onProgress } : {}),
  });
}
