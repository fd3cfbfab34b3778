/**
 * Scenarios from JSON (files, scripts in prompts). Short forms of a turn: a string is a text, a list of blocks is a
 * reply, one block is a reply of that block.
 */
import { isObject, type JsonObject } from './json-shape.js';
import type { Block, Fault, FaultMoment, Reply, Scenario, ScenarioMatch, StopReason, Turn, Usage } from './scenario.js';

/** What was wrong, and where: `scenarios[0].turns[2].status must be one of …`. */
export class ScenarioError extends Error {
  override name = 'ScenarioError';
}

export function parseScenarios(value: unknown): Scenario[] {
  const list = isObject(value) ? value.scenarios : value;
  if (!Array.isArray(list)) throw new ScenarioError('scenarios must be a list, or an object with a list `scenarios`');
  return list.map((scenario, index) => parseScenario(scenario, `scenarios[${index}]`));
}

function parseScenario(value: unknown, at: string): Scenario {
  const fields = objectAt(value, at, ['name', 'match', 'turns']);
  return {
    name: required(optionalString(fields, 'name', at), `${at}.name`),
    match: parseMatch(fields.match ?? {}, `${at}.match`),
    turns: parseTurns(fields.turns, `${at}.turns`),
  };
}

function parseMatch(value: unknown, at: string): ScenarioMatch {
  const fields = objectAt(value, at, ['contains', 'pattern']);
  const pattern = optionalString(fields, 'pattern', at);
  if (pattern !== undefined) checkPattern(pattern, `${at}.pattern`);
  return clean({ contains: optionalString(fields, 'contains', at), pattern });
}

export function parseTurns(value: unknown, at = 'turns'): Turn[] {
  if (!Array.isArray(value)) throw new ScenarioError(`${at} must be a list`);
  return value.map((turn, index) => parseTurn(turn, `${at}[${index}]`));
}

function parseTurn(value: unknown, at: string): Turn {
  if (typeof value === 'string' || Array.isArray(value)) return { reply: parseBlocks(value, at) };
  if (!isObject(value)) throw new ScenarioError(`${at} must be a text, a list of blocks, a reply or a fault`);
  if ('reply' in value) return parseReply(value, at);
  if ('status' in value || 'stall' in value || 'drop' in value) return parseFault(value, at);
  return { reply: [parseBlock(value, at)] };
}

function parseReply(value: JsonObject, at: string): Reply {
  const names = ['reply', 'gate', 'stop_reason', 'usage', 'chunk_delay_ms', 'when_result', 'otherwise'];
  const fields = objectAt(value, at, names);
  const pattern = optionalString(fields, 'when_result', at);
  if (pattern !== undefined) checkPattern(pattern, `${at}.when_result`);
  return clean({
    reply: parseBlocks(fields.reply, `${at}.reply`),
    gate: optionalString(fields, 'gate', at),
    stop_reason: oneOf<StopReason>(
      fields.stop_reason,
      ['end_turn', 'tool_use', 'max_tokens', 'stop_sequence', 'refusal'],
      `${at}.stop_reason`,
    ),
    usage: fields.usage === undefined ? undefined : parseUsage(fields.usage, `${at}.usage`),
    chunk_delay_ms: optionalNumber(fields, 'chunk_delay_ms', at, 0, 60_000),
    when_result: pattern,
    otherwise: fields.otherwise === undefined ? undefined : parseBlocks(fields.otherwise, `${at}.otherwise`),
  });
}

function parseUsage(value: unknown, at: string): Partial<Usage> {
  const fields = objectAt(value, at, [
    'input_tokens',
    'output_tokens',
    'cache_creation_input_tokens',
    'cache_read_input_tokens',
  ]);
  const count = (name: string) => optionalNumber(fields, name, at, 0, 1e9);
  return clean({
    input_tokens: count('input_tokens'),
    output_tokens: count('output_tokens'),
    cache_creation_input_tokens: count('cache_creation_input_tokens'),
    cache_read_input_tokens: count('cache_read_input_tokens'),
  });
}

function parseBlocks(value: unknown, at: string): Block[] {
  if (typeof value === 'string') return [{ text: value }];
  if (!Array.isArray(value)) throw new ScenarioError(`${at} must be a text or a list of blocks`);
  return value.map((block, index) => parseBlock(block, `${at}[${index}]`));
}

function parseBlock(value: unknown, at: string): Block {
  if (typeof value === 'string') return { text: value };
  const fields = objectAt(value, at, ['text', 'thinking', 'tool_use', 'gate']);
  const text = optionalString(fields, 'text', at);
  if (text !== undefined) return { text };
  const thinking = optionalString(fields, 'thinking', at);
  if (thinking !== undefined) return { thinking };
  const gate = optionalString(fields, 'gate', at);
  if (gate !== undefined) return { gate };
  const tool = objectAt(fields.tool_use, `${at}.tool_use`, ['name', 'input']);
  return {
    tool_use: {
      name: required(optionalString(tool, 'name', `${at}.tool_use`), `${at}.tool_use.name`),
      input: objectAt(tool.input ?? {}, `${at}.tool_use.input`),
    },
  };
}

function parseFault(value: JsonObject, at: string): Fault {
  const options = { times: optionalNumber(value, 'times', at, 1, 1e6), gate: optionalString(value, 'gate', at) };
  if ('status' in value) {
    const fields = objectAt(value, at, ['status', 'retry_after', 'message', 'headers', 'moment', 'times', 'gate']);
    return clean({
      ...options,
      status: required(optionalNumber(fields, 'status', at, 400, 599), `${at}.status`),
      retry_after: optionalNumber(fields, 'retry_after', at, 0, 1e6),
      message: optionalString(fields, 'message', at),
      headers: fields.headers === undefined ? undefined : parseHeaders(fields.headers, `${at}.headers`),
      moment: parseMoment(fields.moment, `${at}.moment`),
    });
  }
  const kind = 'stall' in value ? 'stall' : 'drop';
  const fields = objectAt(value, at, [kind, 'text', 'times', 'gate']);
  const moment = required(parseMoment(fields[kind], `${at}.${kind}`), `${at}.${kind}`);
  const text = optionalString(fields, 'text', at);
  return kind === 'stall' ? clean({ ...options, stall: moment, text }) : clean({ ...options, drop: moment, text });
}

function parseHeaders(value: unknown, at: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(objectAt(value, at)).map(([name, header]) => {
      if (typeof header !== 'string') throw new ScenarioError(`${at}.${name} must be a text`);
      return [name, header];
    }),
  );
}

const parseMoment = (value: unknown, at: string): FaultMoment | undefined =>
  oneOf<FaultMoment>(value, ['before_headers', 'mid_stream'], at);

function objectAt(value: unknown, at: string, known?: string[]): JsonObject {
  if (!isObject(value)) throw new ScenarioError(`${at} must be an object`);
  const extra = known && Object.keys(value).find((name) => !known.includes(name));
  if (extra !== undefined) throw new ScenarioError(`${at}.${extra} is unknown (known: ${known?.join(', ')})`);
  return value;
}

function optionalString(fields: JsonObject, name: string, at: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new ScenarioError(`${at}.${name} must be a text`);
}

function optionalNumber(fields: JsonObject, name: string, at: string, least: number, most: number): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  throw new ScenarioError(`${at}.${name} must be a number from ${least} to ${most}`);
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[], at: string): T | undefined {
  if (value === undefined) return undefined;
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw new ScenarioError(`${at} must be one of ${allowed.join(', ')}`);
  return found;
}

function required<T>(value: T | undefined, at: string): T {
  if (value === undefined) throw new ScenarioError(`${at} is missing`);
  return value;
}

function checkPattern(source: string, at: string): void {
  try {
    new RegExp(source, 's');
  } catch (error) {
    throw new ScenarioError(`${at}: ${error instanceof Error ? error.message : 'not a regular expression'}`);
  }
}

/** Without the properties that are undefined, so that a parsed scenario equals the one that was written. */
function clean<T extends object>(fields: T): T {
  for (const [name, value] of Object.entries(fields)) if (value === undefined) Reflect.deleteProperty(fields, name);
  return fields;
}
