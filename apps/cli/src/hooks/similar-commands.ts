const most = 3;

/** Known commands that somebody may have meant: with a word that begins as one of theirs, nearest first. */
export function similarCommands(typed: string, known: readonly string[]): string[] {
  const words = typed.toLowerCase().split(' ').filter(Boolean);
  return known
    .map((command) => ({ command, score: scoreOf(words, command.split(' ')) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ command }) => command);
}

function scoreOf(words: readonly string[], command: readonly string[]): number {
  return words.reduce((sum, word) => sum + Math.max(...command.map((part) => likeness(word, part))), 0);
}

/** 3 for the same word, less for the same beginning, 0 for nothing in common. */
function likeness(a: string, b: string): number {
  if (a === b || `${a}s` === b || a === `${b}s`) return 3;
  let same = 0;
  while (same < Math.min(a.length, b.length) && a[same] === b[same]) same += 1;
  return same >= 3 ? same / Math.max(a.length, b.length) : 0;
}
