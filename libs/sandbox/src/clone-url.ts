import { DomainError } from '@aicode/contracts';
import { hasControlCharacter } from './paths.js';

export interface CloneUrl {
  /** Normalised; this very text is given to git. Holds no credential. */
  url: string;
  protocol: 'https' | 'http';
  /** Without brackets, lower case, punycode. */
  host: string;
  port: number;
}

const maxLength = 2048;

const refuse = (message: string): DomainError =>
  new DomainError('workspace.git_url_refused', message, { fields: [{ path: 'url', message }] });

/**
 * Only what git fetches over HTTP without running a program. The messages never repeat the URL: it may hold a password.
 * @throws DomainError workspace.git_url_refused
 */
export function checkCloneUrl(text: string): CloneUrl {
  if (text.length > maxLength) throw refuse(`The git URL is longer than ${maxLength} characters.`);
  if (hasControlCharacter(text) || /[\s\\]/.test(text)) {
    throw refuse('The git URL holds a space, a backslash or a control character. Write it as https://host/path.');
  }
  if (text.startsWith('-')) throw refuse('The git URL starts with a dash. Write it as https://host/path.');
  if (/^ssh:\/\//i.test(text) || /^git\+ssh:/i.test(text) || /^[^/:]+@[^/:]+:/.test(text)) {
    throw refuse(
      'SSH addresses are not supported yet: a sandbox holds no SSH key. Use the https:// address of the repository.',
    );
  }
  if (!/^https?:\/\//i.test(text)) {
    throw refuse(
      'Only https:// and http:// addresses of git repositories are accepted; for a directory of this machine give its path instead.',
    );
  }
  const url = parse(text);
  if (url.username !== '' || url.password !== '') {
    throw refuse(
      'The git URL holds a user name or a password. Remove the part before the @: it would stay readable in the repository and its logs.',
    );
  }
  if (url.hash !== '' || url.search !== '')
    throw refuse('The git URL holds a ? or a #. Write it as https://host/path.');
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (host === '') throw refuse('The git URL has no host. Write it as https://host/path.');
  const protocol = url.protocol === 'https:' ? 'https' : 'http';
  return {
    url: url.href,
    protocol,
    host,
    port: url.port === '' ? (protocol === 'https' ? 443 : 80) : Number(url.port),
  };
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw refuse('The git URL cannot be read. Write it as https://host/path.');
  }
}
