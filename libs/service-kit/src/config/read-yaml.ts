import { readFileSync } from 'node:fs';
import { isNativeError } from 'node:util/types';

import { DomainError } from '@aicode/contracts';
import { parseDocument } from 'yaml';

/** The file's content as a map; empty if there is no file. DomainError `config.invalid` with line and column if it is not YAML. */
export function readYaml(path: string): Record<string, unknown> {
  const text = read(path);
  if (text === undefined) return {};
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true });
  const error = document.errors[0];
  if (error) throw new DomainError('config.invalid', `${path} is not valid YAML: ${error.message.trim()}`);
  const content: unknown = toPlain(path, () => document.toJS({ maxAliasCount: 10 }));
  if (content === null || content === undefined) return {};
  if (!isMap(content)) {
    throw new DomainError(
      'config.invalid',
      `${path} must hold keys with their values, such as "image: debian:bookworm-slim" (docker.yaml) or "server:" with "  port: 7780" below it (server.yaml).`,
    );
  }
  return content;
}

function toPlain(path: string, convert: () => unknown): unknown {
  try {
    return convert();
  } catch (error) {
    const reason = isNativeError(error) ? error.message : String(error);
    throw new DomainError('config.invalid', `${path} is not valid YAML: ${reason}`);
  }
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isNativeError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    const reason = isNativeError(error) ? error.message : String(error);
    throw new DomainError('config.invalid', `${path} cannot be read: ${reason}. Check its owner and mode.`);
  }
}
