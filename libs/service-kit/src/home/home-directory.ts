import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** AICLI_HOME, else the person's own ~/.aicli; absolute. */
export function homeDirectory(env: Record<string, string | undefined> = process.env): string {
  return resolve(env['AICLI_HOME'] || join(homedir(), '.aicli'));
}
