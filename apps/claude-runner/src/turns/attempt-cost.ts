import type { TurnFacts } from '../sessions/attempt-end.js';

/**
 * Of one attempt alone, in US dollars: by the CLI's own word if it gave one, by the proxy's count otherwise. A resumed conversation
 * counts from its very beginning, but without what a killed attempt had no time to note: what is nearer to the proxy's count is meant.
 * @param before what earlier attempts cost
 */
export function attemptCost(
  { result, resumed }: Pick<TurnFacts, 'result' | 'resumed'>,
  counted: number,
  before: number,
): number {
  const total = result?.total_cost_usd ?? NaN;
  const words = resumed ? [total - before, total] : [total];
  const sensible = words.filter((cost) => Number.isFinite(cost) && cost >= 0);
  const distance = (cost: number): number => Math.abs(cost - counted);
  return sensible.sort((one, other) => distance(one) - distance(other))[0] ?? counted;
}
