/** A stretch of one line and how it is coloured (a class of highlight.js); null: as other text. */
export interface Token {
  text: string;
  className: string | null;
}

/** What lowlight answers, as far as it is read here. */
export interface TokenNode {
  type: string;
  value?: string;
  properties?: { className?: unknown };
  children?: readonly TokenNode[];
}

/** A highlighted text cut at its line ends, so that a long file can be shown line by line. */
export function tokenLines(root: TokenNode): Token[][] {
  const lines: Token[][] = [[]];
  const visit = (node: TokenNode, className: string | null): void => {
    if (node.type === 'text') {
      (node.value ?? '').split('\n').forEach((text, index) => {
        if (index > 0) lines.push([]);
        if (text !== '') lines.at(-1)?.push({ text, className });
      });
      return;
    }
    const own = classOf(node) ?? className;
    for (const child of node.children ?? []) visit(child, own);
  };
  visit(root, null);
  return lines;
}

function classOf(node: TokenNode): string | null {
  const names: unknown = node.properties?.className;
  return Array.isArray(names) && names.length > 0 ? names.map(String).join(' ') : null;
}

export function plainLines(text: string): Token[][] {
  return text.split('\n').map((line) => (line === '' ? [] : [{ text: line, className: null }]));
}
