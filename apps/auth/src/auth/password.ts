import { hash, verify } from '@node-rs/argon2';

/**
 * Argon2id (the library's default variant) with the first choice of OWASP's Password Storage Cheat Sheet:
 * 19 MiB, two passes, one lane.
 */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

export function hashPassword(password: string): Promise<string> {
  return hash(password, cost);
}

let nobodys: Promise<string> | undefined;

/** True if the password is the one of this hash. Without a hash the same work is done and the answer is no. */
export async function passwordMatches(passwordHash: string | undefined, password: string): Promise<boolean> {
  if (passwordHash !== undefined) return verify(passwordHash, password);
  await verify(await (nobodys ??= hashPassword(crypto.randomUUID())), password);
  return false;
}

/** Makes the hash that stands in for unknown users, so that not even the first of them is told by the time it takes. */
export async function preparePasswordCheck(): Promise<void> {
  nobodys ??= hashPassword(crypto.randomUUID());
  await nobodys;
}
