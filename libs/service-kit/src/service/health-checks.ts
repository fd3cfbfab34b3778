import { isNativeError } from 'node:util/types';

import type { DependencyHealth } from '@aicode/contracts';

type Check = () => Promise<DependencyHealth | DependencyHealth[]>;

const checkTimeoutMs = 1500;

/** What a service depends on, asked when somebody wants to know. A check that fails or hangs counts as down. */
export class HealthChecks {
  private readonly checks = new Map<string, Check>();

  add(name: string, check: Check): void {
    this.checks.set(name, check);
  }

  async run(): Promise<DependencyHealth[]> {
    const results = await Promise.all([...this.checks].map(([name, check]) => runCheck(name, check)));
    return results.flat();
  }
}

async function runCheck(name: string, check: Check): Promise<DependencyHealth | DependencyHealth[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${checkTimeoutMs} ms`)), checkTimeoutMs);
  });
  try {
    return await Promise.race([check(), late]);
  } catch (error) {
    return { name, state: 'down', reason: isNativeError(error) ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
  }
}
