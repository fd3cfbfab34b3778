import { LoginRequest } from '@aicode/contracts';
import type { z } from 'zod';

import { isOpenToOthers, readText } from '../private-file.js';

/**
 * Name and password that the platform left for the person who started it. Null if there are none, or if others could have read or
 * written the file: then it proves nothing.
 */
export async function readLocalAdmin(path: string): Promise<z.infer<typeof LoginRequest> | null> {
  if (await isOpenToOthers(path)) return null;
  const text = await readText(path).catch(() => null);
  try {
    return LoginRequest.safeParse(JSON.parse(text ?? 'null')).data ?? null;
  } catch {
    return null;
  }
}
