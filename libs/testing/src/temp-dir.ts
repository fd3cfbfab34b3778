import { mkdtemp, rm } from 'node:fs/promises';

export interface TempDir {
  /** Absolute, and short enough for a Unix socket inside (under 108 bytes). */
  path: string;
  /** Deletes it with all that is in it; does nothing the second time. */
  remove(): Promise<void>;
}

/** A new empty directory under /tmp that only we can enter. */
export async function tempDir(prefix = 'aicode'): Promise<TempDir> {
  const path = await mkdtemp(`/tmp/${prefix}-`);
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 20 }) };
}
