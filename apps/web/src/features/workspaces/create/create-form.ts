import { Name, WorkspaceSource, type CreateWorkspace } from '@aicode/contracts';

export type SourceType = WorkspaceSource['type'];

/** The upper part of the dialog, as it is typed. */
export interface CreateForm {
  name: string;
  source: SourceType;
  url: string;
  branch: string;
  path: string;
}
/** Keys of the catalogue `workspaces` below `create`, by the field that they belong to. */
export type CreateProblems = Partial<
  Record<'name' | 'url' | 'path', 'name_missing' | 'name_wrong' | 'url_missing' | 'path_missing'>
>;

export const emptyCreateForm: CreateForm = { name: '', source: 'empty', url: '', branch: '', path: '' };

/** What the form asks for; null with what is wrong. Whether an address or a folder is allowed only the server knows. */
export function readCreateForm(form: CreateForm): {
  request: Pick<CreateWorkspace, 'name' | 'source'> | null;
  problems: CreateProblems;
} {
  const problems: CreateProblems = {};
  const name = form.name.trim();
  if (name === '') problems.name = 'name_missing';
  else if (!Name.safeParse(name).success) problems.name = 'name_wrong';
  if (form.source === 'git' && form.url.trim() === '') problems.url = 'url_missing';
  if (form.source === 'path' && form.path.trim() === '') problems.path = 'path_missing';
  if (Object.keys(problems).length > 0) return { request: null, problems };
  return { request: { name, source: sourceOf(form) }, problems };
}

function sourceOf(form: CreateForm): WorkspaceSource {
  const branch = form.branch.trim();
  switch (form.source) {
    case 'git':
      return { type: 'git', url: form.url.trim(), ...(branch === '' ? {} : { branch }) };
    case 'path':
      return { type: 'path', path: form.path.trim() };
    case 'empty':
      return { type: 'empty' };
  }
}

/** A name to begin with, from the end of a repository's address or of a folder: `https://x/y/shop.git` → `shop`. */
export function suggestedName(form: Pick<CreateForm, 'source' | 'url' | 'path'>): string {
  const from = form.source === 'git' ? form.url : form.source === 'path' ? form.path : '';
  const last =
    from
      .trim()
      .replace(/[/\\]+$/, '')
      .split(/[/\\:]/)
      .at(-1) ?? '';
  const name = last
    .replace(/\.git$/, '')
    .replace(/[^\p{L}\p{N}\p{M} ._-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, 64);
  return Name.safeParse(name).success ? name : '';
}

/** The field of the dialog's upper part that a problem of the server belongs to. */
export function createFieldOf(path: string): 'name' | 'url' | 'branch' | 'path' | null {
  if (path === 'name') return 'name';
  const field = path.startsWith('source.') ? path.slice('source.'.length) : '';
  return field === 'url' || field === 'branch' || field === 'path' ? field : null;
}
