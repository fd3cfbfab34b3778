import { languageOf } from './language.js';
import { plainLines, tokenLines, type Token } from './token-lines.js';

/** Longer texts (UTF-16 units) are shown without colours: the page stays quick. */
const longestText = 200_000;

let loading: Promise<(language: string, text: string) => Token[][]> | null = null;

async function load(): Promise<(language: string, text: string) => Token[][]> {
  const { common, createLowlight } = await import('lowlight');
  const lowlight = createLowlight(common);
  return (language, text) => tokenLines(lowlight.highlight(language, text));
}

/** A text in lines of coloured stretches, by the language that its path tells. The highlighter is loaded when first needed. */
export async function highlightLines(path: string, text: string): Promise<Token[][]> {
  const language = languageOf(path);
  if (language === null || text.length > longestText) return plainLines(text);
  try {
    loading ??= load();
    return (await loading)(language, text);
  } catch {
    loading = null; // Not reached: the next text tries again, this one is readable without.
    return plainLines(text);
  }
}
