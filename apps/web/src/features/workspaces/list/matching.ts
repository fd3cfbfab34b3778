import type { Workspace } from '@aicode/contracts';

/** The workspaces in whose name, source or id the words are found, in any order. */
export function matching<W extends Pick<Workspace, 'id' | 'name' | 'source'>>(
  workspaces: readonly W[],
  words: string,
): W[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return workspaces.filter((workspace) => {
    const text = `${workspace.name} ${sourceText(workspace.source)} ${workspace.id}`.toLocaleLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** Where the files come from, as short as it tells them apart; '' for those that began empty. */
export function sourceText(source: Workspace['source']): string {
  switch (source.type) {
    case 'git':
      return source.url;
    case 'path':
      return source.path;
    case 'empty':
      return '';
  }
}
