import { createRequire } from 'node:module';
import { dirname } from 'node:path';

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

/** The directory to mount, and the binary's place in it. */
export function cliMount(binary: string): { source: string; target: string; command: string } {
  const target = '/opt/claude';
  return { source: dirname(binary), target, command: `${target}/${binary.slice(dirname(binary).length + 1)}` };
}
