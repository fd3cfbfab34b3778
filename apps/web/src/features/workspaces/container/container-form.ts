import { ContainerSettings, type NetworkPolicy, type UpdateWorkspace } from '@aicode/contracts';

import { sizeText } from './size-text.js';

/** The settings of a container as they are typed. An empty field means "the configuration's". */
export interface ContainerForm {
  image: string;
  cpu: string;
  memory: string;
  disk: string;
  pids: string;
  network: NetworkPolicy | '';
  /** Hosts, separated by spaces, commas or line ends. */
  allow: string;
  /** NAME=value, one a line. */
  env: string;
  /** Text of a Dockerfile; counts instead of the image. */
  dockerfile: string;
}
export type ContainerField = keyof ContainerForm;
/** Keys of the catalogue `workspaces` below `field_problem`. */
export type FieldProblemKey =
  'image' | 'cpu' | 'memory' | 'disk' | 'pids' | 'network' | 'allow' | 'env' | 'env_line' | 'dockerfile';
export type FormProblems = Partial<Record<ContainerField, { key: FieldProblemKey; found: string }>>;

export const containerFields = [
  'cpu',
  'memory',
  'disk',
  'pids',
  'network',
  'allow',
  'image',
  'dockerfile',
  'env',
] as const;
export const emptyForm: ContainerForm = {
  image: '',
  cpu: '',
  memory: '',
  disk: '',
  pids: '',
  network: '',
  allow: '',
  env: '',
  dockerfile: '',
};

/** What a workspace sets itself, as text to change. */
export function formOf(settings: ContainerSettings): ContainerForm {
  const size = (bytes: number | undefined): string => (bytes === undefined ? '' : sizeText(bytes));
  return {
    image: settings.image ?? '',
    cpu: settings.cpu?.toString() ?? '',
    memory: size(settings.memory),
    disk: size(settings.disk),
    pids: settings.pids?.toString() ?? '',
    network: settings.network ?? '',
    allow: (settings.allow ?? []).join('\n'),
    env: Object.entries(settings.env ?? {})
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
    dockerfile: settings.dockerfile ?? '',
  };
}

/** The settings that a form asks for, and what is wrong with it, field by field. */
export function readForm(form: ContainerForm): { settings: ContainerSettings; problems: FormProblems } {
  const problems: FormProblems = {};
  const settings: ContainerSettings = {};
  for (const field of containerFields) {
    const typed = form[field].trim();
    if (typed === '') continue;
    const value = valueOf(field, typed);
    if (value.problem) {
      problems[field] = value.problem;
      continue;
    }
    const result = ContainerSettings.safeParse({ [field]: value.value });
    if (result.success) Object.assign(settings, result.data);
    else problems[field] = { key: field, found: wrongPart(field, typed, result.error.issues[0]?.path) };
  }
  return { settings, problems };
}

interface Read {
  value?: unknown;
  problem?: { key: FieldProblemKey; found: string };
}

function valueOf(field: ContainerField, typed: string): Read {
  switch (field) {
    case 'cpu':
    case 'pids':
      return { value: Number(typed.replace(',', '.')) };
    case 'memory':
    case 'disk':
      return { value: typed.toLowerCase().replace(/\s+/g, '') };
    case 'allow':
      return { value: hostsOf(typed) };
    case 'env':
      return envOf(typed);
    case 'image':
    case 'network':
    case 'dockerfile':
      return { value: typed };
  }
}

export function hostsOf(typed: string): string[] {
  return [...new Set(typed.toLowerCase().split(/[\s,]+/))].filter(Boolean);
}

function envOf(typed: string): Read {
  const env: Record<string, string> = {};
  for (const line of typed.split('\n')) {
    if (line.trim() === '') continue;
    const at = line.indexOf('=');
    if (at < 1) return { problem: { key: 'env_line', found: line.trim() } };
    env[line.slice(0, at).trim()] = line.slice(at + 1);
  }
  return { value: env };
}

function wrongPart(field: ContainerField, typed: string, path: readonly PropertyKey[] | undefined): string {
  const part = path?.[1];
  if (field === 'allow' && typeof part === 'number') return hostsOf(typed)[part] ?? typed;
  if (field === 'env' && typeof part === 'string') return part;
  return typed;
}

type Change = NonNullable<UpdateWorkspace['container']>;

/** What has to be told to the server: only what differs; null gives a setting back to the configuration. Undefined if nothing does. */
export function changeOf(before: ContainerSettings, after: ContainerSettings): Change | undefined {
  const change: Change = {};
  for (const field of containerFields) {
    if (JSON.stringify(before[field]) === JSON.stringify(after[field])) continue;
    Object.assign(change, { [field]: after[field] ?? null });
  }
  return Object.keys(change).length > 0 ? change : undefined;
}

/** The field of the form that a problem of the server belongs to (`container.memory`, `container.allow.0`); null for another place. */
export function fieldOfPath(path: string): ContainerField | null {
  const [first, second] = path.split('.');
  const name = first === 'container' ? second : first;
  return containerFields.find((field) => field === name) ?? null;
}

/** An administrator's maximum in the server's sentence; sizes are told in bytes there, which nobody reads. */
export function maximumOf(field: ContainerField, message: string): string | null {
  const most = /must be at most (\d+(?:\.\d+)?), the administrator's limit/.exec(message)?.[1];
  if (most === undefined) return null;
  return field === 'memory' || field === 'disk' ? sizeText(Number(most)) : most;
}
