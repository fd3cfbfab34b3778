import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { cliMount, findCliBinary } from '@aicode/sandbox';
import { z } from 'zod';

/** The Claude CLI that rooms get. */
export interface ClaudeCli {
  mount: { source: string; target: string };
  /** An image that is labelled with it carries the same; null if it can't be told. */
  version: string | null;
}

const Package = z.object({ claudeCodeVersion: z.string() });

/** @throws DomainError executor.unavailable when there is none for this machine */
export function claudeCli(configured: string | undefined): ClaudeCli {
  const binary = findCliBinary(configured);
  return { mount: cliMount(binary), version: configured === undefined ? versionOf(binary) : null };
}

/** The platform's package of the SDK has the binary, the SDK itself beside it says which version that is. */
function versionOf(binary: string): string | null {
  try {
    const text = readFileSync(join(dirname(dirname(binary)), 'claude-agent-sdk', 'package.json'), 'utf8');
    return Package.parse(JSON.parse(text)).claudeCodeVersion;
  } catch {
    return null;
  }
}
