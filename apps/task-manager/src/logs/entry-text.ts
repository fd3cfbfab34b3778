import type { LogEntry } from '@aicode/contracts';

/** Messages of the CLI that nobody gets to see: signs of life and repeats. */
const silent = new Set(['stream_event', 'tool_progress', 'keep_alive', 'prompt_suggestion', 'active_goal']);

/** Names of the fields that are for machines: ids, kinds, signatures, files as base64, lists of what there is. */
const forMachines = new Set([
  'type',
  'subtype',
  'id',
  'uuid',
  'session_id',
  'parent_tool_use_id',
  'tool_use_id',
  'role',
  'stop_reason',
  'signature',
  'media_type',
  'base64',
  'tools',
  'slash_commands',
  'agents',
  'skills',
  'plugins',
  'mcp_servers',
  'permissionMode',
  'apiKeySource',
  'output_style',
  'service_tier',
]);

/** The texts of an entry that somebody may look for, its message first. */
export function entryTexts(entry: Pick<LogEntry, 'source' | 'message' | 'data'>): string[] {
  const { source, message, data } = entry;
  if (source !== 'claude') return [message];
  if (isObject(data) && typeof data['type'] === 'string' && silent.has(data['type'])) return [];
  return [message, ...textsOf(data)];
}

/** All texts of a JSON value, in their order, without recursion: a message may be as deep as its sender likes. */
function textsOf(value: unknown): string[] {
  const texts: string[] = [];
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') texts.push(next);
    // Not by spread: a list may be longer than a call takes arguments.
    else for (const item of partsOf(next).reverse()) open.push(item);
  }
  return texts;
}

/** What a list or an object holds, in a list of its own. */
function partsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.map((item: unknown) => item);
  return isObject(value) ? valuesOf(value) : [];
}

function valuesOf(value: Record<string, unknown>): unknown[] {
  // An image is { type: 'base64', media_type, data }.
  const isFile = value['type'] === 'base64';
  return Object.entries(value).flatMap(([name, item]) =>
    forMachines.has(name) || (isFile && name === 'data') ? [] : [item],
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
