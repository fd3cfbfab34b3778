import { DomainError } from '@aicode/contracts';
import { visit } from 'jsonc-parser';

/**
 * JSON as RFC 8259 and careful readers want it: UTF-8, every name once in its object (two parsers could take a different one),
 * no deeper than a bound, no `__proto__`. DomainError `request.malformed` says what is wrong.
 */
export function parseStrictJson(bytes: Buffer, maxDepth: number): unknown {
  const text = decode(bytes);
  const value = parse(text);
  checkShape(text, maxDepth);
  return value;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw malformed('The body is not valid UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The engine's message quotes the body, which may hold a password.
    throw malformed('The body is not valid JSON.');
  }
}

function checkShape(text: string, maxDepth: number): void {
  const names: Set<string>[] = [];
  let depth = 0;
  const enter = (): void => {
    depth += 1;
    if (depth > maxDepth) throw malformed(`The body is nested deeper than ${maxDepth} levels.`);
  };
  const leave = (): void => {
    depth -= 1;
  };
  visit(text, {
    onObjectBegin: () => {
      enter();
      names.push(new Set());
    },
    onObjectProperty: (name) => {
      if (name === '__proto__') throw malformed('The body has a property "__proto__", which is not accepted.');
      if (names.at(-1)?.has(name)) throw malformed(`The body names "${name.slice(0, 64)}" twice in one object.`);
      names.at(-1)?.add(name);
    },
    onObjectEnd: () => {
      leave();
      names.pop();
    },
    onArrayBegin: enter,
    onArrayEnd: leave,
  });
}

function malformed(message: string): DomainError {
  return new DomainError('request.malformed', message);
}
