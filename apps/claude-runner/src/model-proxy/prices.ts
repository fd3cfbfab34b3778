/** US dollars for a million tokens. */
export interface Price {
  input: number;
  output: number;
  cacheRead: number;
  /** For five minutes; for an hour it is `hourFactor` times as dear. */
  cacheWrite: number;
}

export type PriceTable = ReadonlyMap<string, Price>;

/** Anthropic's list prices (docs.claude.com, Pricing), by the beginning of the model's name. */
const listed: Record<string, [input: number, output: number, cacheRead: number, cacheWrite: number]> = {
  'claude-opus-4': [15, 75, 1.5, 18.75],
  'claude-opus-4-5': [5, 25, 0.5, 6.25],
  'claude-opus-4-6': [5, 25, 0.5, 6.25],
  'claude-sonnet-4': [3, 15, 0.3, 3.75],
  'claude-haiku-4-5': [1, 5, 0.1, 1.25],
  'claude-3-7-sonnet': [3, 15, 0.3, 3.75],
  'claude-3-5-sonnet': [3, 15, 0.3, 3.75],
  'claude-3-5-haiku': [0.8, 4, 0.08, 1],
  'claude-3-opus': [15, 75, 1.5, 18.75],
  'claude-3-haiku': [0.25, 1.25, 0.03, 0.3],
};

/** Twice the input's price instead of one and a quarter. */
const hourFactor = 1.6;

/** @param entries of the configuration, `<beginning>=<input>/<output>/<cache read>/<cache write>`; they win over the list */
export function priceTable(entries: readonly string[]): PriceTable {
  const table = new Map(Object.entries(listed).map(([name, figures]) => [name, price(figures)]));
  for (const entry of entries) {
    const at = entry.lastIndexOf('=');
    table.set(
      entry.slice(0, at),
      price(
        entry
          .slice(at + 1)
          .split('/')
          .map(Number),
      ),
    );
  }
  return table;
}

function price([input = 0, output = 0, cacheRead = 0, cacheWrite = 0]: number[]): Price {
  return { input, output, cacheRead, cacheWrite };
}

/**
 * The longest beginning counts. Clouds put something before the name (`us.anthropic.claude-…`): it is looked for there too. A
 * model that nobody knows costs as much as the dearest: a budget rather ends early than late.
 */
export function priceOf(model: string | null, table: PriceTable): Price {
  const names = model === null ? [] : [model, model.slice(Math.max(0, model.indexOf('claude-')))];
  const found = [...table.keys()].filter((begin) => names.some((name) => name.startsWith(begin)));
  const longest = found.sort((one, other) => other.length - one.length)[0];
  const known = longest === undefined ? undefined : table.get(longest);
  if (known) return known;
  const prices = [...table.values()];
  const most = (of: (each: Price) => number): number => Math.max(...prices.map(of));
  return {
    input: most((each) => each.input),
    output: most((each) => each.output),
    cacheRead: most((each) => each.cacheRead),
    cacheWrite: most((each) => each.cacheWrite),
  };
}

export interface PricedTokens {
  input_tokens: number;
  output_tokens: number;
  cache_read_tokens: number;
  cache_write_tokens: number;
  /** How many of the written ones are kept for an hour. */
  hour_write_tokens: number;
}

/** In US dollars. */
export function costOfTokens(tokens: PricedTokens, { input, output, cacheRead, cacheWrite }: Price): number {
  const hour = Math.min(tokens.hour_write_tokens, tokens.cache_write_tokens);
  const written = tokens.cache_write_tokens - hour + hour * hourFactor;
  const total =
    tokens.input_tokens * input +
    tokens.output_tokens * output +
    tokens.cache_read_tokens * cacheRead +
    written * cacheWrite;
  return total / 1_000_000;
}
