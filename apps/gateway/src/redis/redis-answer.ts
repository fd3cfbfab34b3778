import { DomainError } from '@aicode/contracts';

const timeoutMs = 2000;

/** What Redis answers. DomainError `storage.unavailable` if it does not in time; `unknown` continues "so …". */
export async function redisAnswer<T>(answer: Promise<T>, unknown: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (cause) {
    const message = `Redis does not answer, so ${unknown}. Try again in a moment.`;
    throw new DomainError('storage.unavailable', message, {}, { cause });
  } finally {
    clearTimeout(timer);
  }
}
