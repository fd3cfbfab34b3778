import type { PaletteEntry, PaletteGroup } from '../feature.js';

/** Whether each word of the query stands in the label or a keyword, in any order and case. */
function matches({ label, keywords = [] }: PaletteEntry, words: string[]): boolean {
  const text = [label, ...keywords].join('\n').toLocaleLowerCase();
  return words.every((word) => text.includes(word));
}

/** What remains of groups for what was typed; empty groups fall out. Labels that begin with it come first. */
export function matchGroups(groups: readonly PaletteGroup[], query: string): PaletteGroup[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const first = words[0];
  const begins = ({ label }: PaletteEntry): number =>
    first !== undefined && label.toLocaleLowerCase().startsWith(first) ? 0 : 1;
  return groups
    .map(({ heading, entries }) => ({
      heading,
      entries: entries.filter((entry) => matches(entry, words)).sort((a, b) => begins(a) - begins(b)),
    }))
    .filter(({ entries }) => entries.length > 0);
}
