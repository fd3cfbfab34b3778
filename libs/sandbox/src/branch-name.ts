import { DomainError } from '@aicode/contracts';

/** Rules of git-check-ref-format(1), and no leading dash. Pure. */
export function isBranchName(name: string): boolean {
  return (
    name.length > 0 &&
    name.length <= 255 &&
    name !== '@' &&
    !name.startsWith('-') &&
    !name.endsWith('.') &&
    !/\p{Cc}|[ ~^:?*[\\]|\.\.|@\{/u.test(name) &&
    name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
  );
}

/** @throws DomainError request.invalid */
export function checkBranchName(name: string): string {
  if (isBranchName(name)) return name;
  throw new DomainError(
    'request.invalid',
    `${JSON.stringify(name.slice(0, 100))} is not a valid name of a git branch.`,
    {
      fields: [{ path: 'branch', message: 'not a valid name of a git branch' }],
    },
  );
}
