import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';

import { DomainError } from '@aicode/contracts';

const require = createRequire(import.meta.url);

/**
 * The Claude CLI that comes with the Agent SDK in its platform package, or the one that the config names.
 * @throws DomainError executor.unavailable when there is none for this machine
 */
export function findCliBinary(configured: string | undefined): string {
  if (configured) return configured;
  const sdk = createRequire(require.resolve('@anthropic-ai/claude-agent-sdk'));
  for (const libc of ['', '-musl']) {
    try {
      return sdk.resolve(`@anthropic-ai/claude-agent-sdk-${process.platform}-${process.arch}${libc}/claude`);
    } catch {
      continue;
    }
  }
  throw new DomainError(
    'executor.unavailable',
    `There is no Claude CLI for ${process.platform} ${process.arch}: its package was not installed. Run \`npm ci\` again with optional dependencies, or set runner.cli_path.`,
  );
}

/** The binary's place in a sandbox: the file alone, not what lies beside it on the host. */
export function cliMount(binary: string): { source: string; target: string } {
  return { source: realpathSync(binary), target: '/opt/claude/claude' };
}
