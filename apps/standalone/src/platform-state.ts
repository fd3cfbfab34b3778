import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';

import { Time } from '@aicode/contracts';
import { z } from 'zod';

import { replaceFile } from './replace-file.js';

/** run/platform.json: there while the platform is ready; how aicli finds it on the same machine. */
export const PlatformState = z.object({
  pid: z.int(),
  /** Null if this process runs no gateway. */
  url: z.string().nullable(),
  started_at: Time,
  version: z.string(),
  /** Tasks are answered by a script, not by an AI. */
  demo_model: z.boolean(),
});
export type PlatformState = z.infer<typeof PlatformState>;

export function writePlatformState(file: string, state: PlatformState): Promise<void> {
  return replaceFile(file, `${JSON.stringify(state, null, 2)}\n`);
}

export function readPlatformState(file: string): PlatformState | null {
  try {
    return PlatformState.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

export function removePlatformState(file: string): Promise<void> {
  return rm(file, { force: true });
}
