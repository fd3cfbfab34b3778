import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

import { DomainError } from '@aicode/contracts';

/** Where questions are asked: on stderr, so that stdout stays for results. */
export interface Asking {
  input: NodeJS.ReadableStream & { isTTY?: boolean };
  output: NodeJS.WritableStream;
}

/** One line from a person. `secret` is not shown while it is typed. DomainError if they give none. */
export function ask(question: string, { input, output }: Asking, options: { secret?: boolean } = {}): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  // First the reader, which stops the terminal's own echo, then the question: who answers fast shows nothing either.
  const reader = createInterface({ input, output: options.secret ? silent : output, terminal: input.isTTY === true });
  output.write(question);
  return new Promise((resolve, reject) => {
    reader.once('line', (line) => {
      resolve(line);
      reader.close();
    });
    reader.once('SIGINT', () => reader.close());
    reader.once('close', () => {
      if (options.secret || !input.isTTY) output.write('\n');
      reject(new DomainError('request.invalid', 'Nothing was entered.'));
    });
  });
}

/** True for y or yes. */
export async function confirm(question: string, asking: Asking): Promise<boolean> {
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `, asking)).trim());
}

const maxInput = 1024 ** 2;

/** All of standard input. */
export async function readAll(input: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  input.setEncoding('utf8');
  for await (const chunk of input) {
    text += String(chunk);
    if (text.length > maxInput) throw new DomainError('request.too_large', 'Standard input holds more than 1 MB.');
  }
  return text;
}
