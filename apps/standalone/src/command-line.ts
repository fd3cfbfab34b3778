import { parseArgs } from 'node:util';
import { isNativeError } from 'node:util/types';

import { DomainError } from '@aicode/contracts';

export const usage = `Usage:
  aicode-platform serve [--demo-model] [--port N]   run the platform until it is told to stop
  aicode-platform doctor [--json]                   look at what the platform needs on this machine

AICLI_HOME is where it keeps its files (~/.aicli if not set); docs/configuration.md lists the settings.`;

export type Command =
  | { name: 'serve'; demoModel: boolean; port: number | undefined }
  | { name: 'doctor'; json: boolean }
  | { name: 'help' };

const options = {
  'demo-model': { type: 'boolean', default: false },
  port: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const allowed: Record<string, string[]> = { serve: ['demo-model', 'port'], doctor: ['json'] };

/** @throws DomainError request.invalid */
export function parseCommandLine(args: string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { name: 'help' };
  const [name = '', ...rest] = positionals;
  const known = allowed[name];
  if (!known) throw misused(name ? `Unknown command "${name}".` : 'A command is missing.');
  if (rest.length > 0) throw misused(`"${rest[0]}" is too much for ${name}.`);
  const foreign = Object.entries(values).find(([option, value]) => value !== false && !known.includes(option));
  if (foreign) throw misused(`--${foreign[0]} is not an option of ${name}.`);
  if (name === 'doctor') return { name, json: values.json };
  return { name: 'serve', demoModel: values['demo-model'], port: parsePort(values.port) };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw misused(isNativeError(error) ? (error.message.split('. ')[0] ?? '') : String(error));
  }
}

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw misused(`--port must be a number from 0 (a free one) to 65535, not "${text}".`);
  return port;
}

function misused(what: string): DomainError {
  return new DomainError('request.invalid', `${what}\n\n${usage}`);
}
