import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';

import type { LogWriter } from '@aicode/task-log';

import { CliMessage, describeMessage } from './describe-message.js';
import { LineSplitter, type Line } from './line-splitter.js';

const protocolTypes = new Set(['control_request', 'control_response', 'control_cancel_request', 'keep_alive']);

/** Part of the conversation between the SDK and the CLI, not of the work. */
function isProtocol(message: CliMessage): boolean {
  return protocolTypes.has(message.type) || message.sdk_host_only === true;
}

export interface OutputOptions {
  writer: LogWriter;
  maxLine: number;
  /** The attempt's NDJSON file: everything as the CLI spoke it. */
  file: string;
  /** Each message of the CLI, and each sign of life (null). */
  onMessage(message: CliMessage | null): void;
  forward(text: string): Promise<void>;
}

/** Reads the CLI's stdout: into the attempt's file, into the log, and on to the SDK. Waits where one of them is slow. */
export async function readOutput(stdout: Readable, options: OutputOptions): Promise<void> {
  await mkdir(dirname(options.file), { recursive: true });
  const file = createWriteStream(options.file, { flags: 'a', mode: 0o600 });
  const splitter = new LineSplitter(options.maxLine);
  try {
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      if (!file.write(chunk)) await once(file, 'drain');
      for (const line of splitter.push(chunk)) await readLine(line, options);
      await options.writer.ready();
    }
    const rest = splitter.end();
    if (rest) await readLine(rest, options);
  } finally {
    await new Promise<void>((resolve) => file.end(resolve));
  }
}

/** stderr belongs to the log too; its last lines explain an early end. */
export async function readStderr(stderr: Readable, writer: LogWriter, maxLine: number): Promise<string> {
  const splitter = new LineSplitter(maxLine);
  let tail = '';
  const take = (line: Line): void => {
    if (!line.text.trim()) return;
    writer.write(outputLine(line));
    tail = `${tail}${line.text}\n`.slice(-2000);
  };
  for await (const chunk of stderr as AsyncIterable<Buffer>) {
    splitter.push(chunk).forEach(take);
    await writer.ready();
  }
  const rest = splitter.end();
  if (rest) take(rest);
  return tail;
}

async function readLine(line: Line, options: OutputOptions): Promise<void> {
  if (!line.text.trim()) return;
  options.onMessage(null);
  const parsed = line.cut ? null : parseMessage(line.text);
  if (!parsed) {
    options.writer.write(outputLine(line));
    return;
  }
  const { message, data } = parsed;
  if (!isProtocol(message)) {
    const time = new Date().toISOString();
    options.writer.write({ time, source: 'claude', ...describeMessage(message), data });
    options.onMessage(message);
  }
  await options.forward(`${line.text}\n`);
}

/** What we read of a message, and the message as the CLI spoke it; null if the line is none. */
function parseMessage(text: string): { message: CliMessage; data: unknown } | null {
  try {
    const data: unknown = JSON.parse(text);
    const message = CliMessage.safeParse(data).data;
    return message ? { message, data } : null;
  } catch {
    return null;
  }
}

function outputLine(line: Line): Parameters<LogWriter['write']>[0] {
  const size = line.cut ? ` [cut: the line has ${line.bytes} bytes]` : '';
  return {
    time: new Date().toISOString(),
    level: 'warn',
    source: 'output',
    message: `${line.text}${size}`,
    data: null,
  };
}
