import { isIP } from 'node:net';

import { DomainError, WorkspaceSource, type ServerConfig } from '@aicode/contracts';
import { checkBranchName, checkCloneUrl, resolveCloneHost } from '@aicode/sandbox';

export interface GitSource {
  /** Normalised, without a credential. */
  url: string;
  branch: string | null;
}

/**
 * What can be known of a git source without asking anybody: the rest shows when it is cloned.
 * @throws DomainError workspace.git_url_refused, request.invalid (branch)
 */
export async function checkGitSource(
  source: { url: string; branch?: string | undefined },
  { git_allow_loopback: allowLoopback }: Pick<ServerConfig['workspaces'], 'git_allow_loopback'>,
): Promise<GitSource> {
  try {
    const url = checkCloneUrl(source.url);
    const branch = source.branch === undefined ? null : checkBranchName(source.branch);
    // Normalised it may have grown.
    if (!WorkspaceSource.safeParse({ type: 'git', url: url.url }).success) throw tooLong();
    if (isIP(url.host) !== 0) await resolveCloneHost(url, { allowLoopback });
    return { url: url.url, branch };
  } catch (error) {
    throw error instanceof DomainError ? inSource(error) : error;
  }
}

function tooLong(): DomainError {
  const message = 'The git URL is too long once its special characters are encoded.';
  return new DomainError('workspace.git_url_refused', message, { fields: [{ path: 'url', message }] });
}

/** The same error, its fields named as the request has them. */
function inSource({ code, message, details, cause }: DomainError): DomainError {
  const fields = details.fields?.map((field) => ({ ...field, path: `source.${field.path}` }));
  return new DomainError(code, message, { ...details, fields }, { cause });
}
