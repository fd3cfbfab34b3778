/**
 * A prompt can carry its own script. Lines that begin with a directive (no space after `#`) are turns, in their order:
 *
 *     #write <path> <content>          Write tool; `\n` in the content is a line break
 *     #edit <path> <old> => <new>      Edit tool
 *     #read <path>                     Read tool
 *     #bash <command>                  Bash tool
 *     #tool <Name> <input as JSON>     any other tool
 *     #say <text>                      a text that ends the conversation's turn
 *     #think <text>                    thinking, put before the next directive's reply
 *     #gate <name>                     holds the next directive's answer until the gate is released
 *     #slow <ms>                       pause between the pieces of the next reply
 *     #fail <status> [retry_after=<s>] [times=<n>] [mid_stream]
 *     #stall before_headers|mid_stream [times=<n>]
 *     #drop before_headers|mid_stream [times=<n>]
 *
 * or the whole script as JSON, `#script {"turns":[…]}` on one line, or a block fenced by ```script. Paths that are not
 * absolute are taken from the CLI's working directory.
 */
import { isObject } from './json-shape.js';
import { parseTurns, ScenarioError } from './parse-scenario.js';
import { isReply, type Block, type Turn } from './scenario.js';

/** The turns that a prompt asks for; null when it carries no script. Throws ScenarioError for a script that is wrong. */
export function inlineScript(prompt: string): Turn[] | null {
  const json = /^#script[ \t]+(.+)$/m.exec(prompt)?.[1] ?? /^```script\s*\n(.*?)^```/ms.exec(prompt)?.[1];
  if (json !== undefined) return turnsFromJson(json);
  const directives = [...prompt.matchAll(/^#([a-z]+)(?:[ \t]+(.*))?$/gm)]
    .map(([, verb, rest]) => ({ verb: verb ?? '', rest: (rest ?? '').trim() }))
    .filter(({ verb }) => Object.hasOwn(verbs, verb));
  return directives.length > 0 ? turnsFromDirectives(directives) : null;
}

function turnsFromJson(json: string): Turn[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw new ScenarioError(`#script is not JSON: ${error instanceof Error ? error.message : ''}`);
  }
  return parseTurns(isObject(value) ? value.turns : value);
}

interface Directive {
  verb: string;
  rest: string;
}

/** What waits for the next turn: it is not one itself. */
interface Pending {
  before: Block[];
  options: { gate?: string; chunk_delay_ms?: number };
}

function turnsFromDirectives(directives: Directive[]): Turn[] {
  const turns: Turn[] = [];
  let pending: Pending = { before: [], options: {} };
  for (const { verb, rest } of directives) {
    const made = verbs[verb]?.(rest, pending);
    if (!made) continue;
    turns.push(withPending(made, pending));
    pending = { before: [], options: {} };
  }
  return turns;
}

function withPending(turn: Turn, { before, options }: Pending): Turn {
  if (isReply(turn)) return { ...turn, ...options, reply: [...before, ...turn.reply] };
  return options.gate === undefined ? turn : { ...turn, gate: options.gate };
}

const tool = (name: string, input: Record<string, unknown>): Turn => ({ reply: [{ tool_use: { name, input } }] });

const verbs: Record<string, (rest: string, pending: Pending) => Turn | null> = {
  write: (rest) => {
    const [path, content] = cut(rest, /\s+/);
    return tool('Write', { file_path: absolute(path), content: content.replaceAll('\\n', '\n') });
  },
  edit: (rest) => {
    const [path, change] = cut(rest, /\s+/);
    const [oldText, newText] = cut(change, / => /);
    return tool('Edit', { file_path: absolute(path), old_string: oldText, new_string: newText });
  },
  read: (rest) => tool('Read', { file_path: absolute(rest) }),
  bash: (rest) => tool('Bash', { command: rest, description: 'Scripted command' }),
  tool: (rest) => {
    const [name, input] = cut(rest, /\s+/);
    return (
      turnsFromJson(`[{"tool_use":{"name":${JSON.stringify(name)},"input":${input === '' ? '{}' : input}}}]`)[0] ?? null
    );
  },
  say: (rest) => ({ reply: [{ text: rest }] }),
  think: (rest, pending) => {
    pending.before.push({ thinking: rest });
    return null;
  },
  gate: (rest, pending) => {
    pending.options.gate = rest;
    return null;
  },
  slow: (rest, pending) => {
    pending.options.chunk_delay_ms = Number(rest);
    return null;
  },
  fail: (rest) => {
    const { word, options } = faultWords(rest);
    return parseTurns([{ ...options, status: Number(word) }], '#fail')[0] ?? null;
  },
  stall: (rest) => {
    const { word, options } = faultWords(rest);
    return parseTurns([{ ...options, stall: word }], '#stall')[0] ?? null;
  },
  drop: (rest) => {
    const { word, options } = faultWords(rest);
    return parseTurns([{ ...options, drop: word }], '#drop')[0] ?? null;
  },
};

function faultWords(rest: string): { word: string; options: Record<string, unknown> } {
  const [word = '', ...more] = rest.split(/\s+/);
  const options = more.map((each): [string, unknown] => {
    if (each === 'mid_stream') return ['moment', each];
    const [name = '', value = ''] = each.split('=');
    return [name, Number(value)];
  });
  return { word, options: Object.fromEntries(options) };
}

function cut(text: string, separator: RegExp): [string, string] {
  const found = separator.exec(text);
  return found ? [text.slice(0, found.index), text.slice(found.index + found[0].length)] : [text, ''];
}

const absolute = (path: string): string => (path.startsWith('/') ? path : `{{cwd}}/${path}`);
