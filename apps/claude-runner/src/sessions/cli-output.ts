import type { Readable } from 'node:stream';

import type { LogLine, LogWriter } from '@aicode/task-log';

import { AttemptFile } from './attempt-file.js';
import { describeMessage, type CliMessage } from './describe-message.js';
import { LineSplitter, type Line } from './line-splitter.js';
import { parseMessage } from './parse-message.js';

const protocolTypes = new Set(['control_request', 'control_response', 'control_cancel_request', 'keep_alive']);

/** Part of the conversation between the SDK and the CLI, not of the work. */
function isProtocol(message: CliMessage): boolean {
  return protocolTypes.has(message.type) || message.sdk_host_only === true;
}

export interface OutputOptions {
  writer: LogWriter;
  /** Largest entry of the log, as JSON, in bytes. */
  maxLine: number;
  /** Counts what comes, whatever it is; false once it is too much. */
  onBytes(bytes: number): boolean;
}

export interface StdoutOptions extends OutputOptions {
  /** The attempt's NDJSON file: everything as the CLI spoke it. */
  file: string;
  /** Each message of the CLI, and each sign of life (null). */
  onMessage(message: CliMessage | null): void;
  forward(text: string): Promise<void>;
}

/** Reads the CLI's stdout: into the attempt's file, into the log, and on to the SDK. Waits where one of them is slow. */
export async function readOutput(stdout: Readable, options: StdoutOptions): Promise<void> {
  const file = await AttemptFile.open(options.file);
  const splitter = new LineSplitter(options.maxLine);
  try {
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      if (!options.onBytes(chunk.length)) continue;
      await file.write(chunk);
      for (const line of splitter.push(chunk)) await readLine(line, options);
      await options.writer.ready();
    }
    const rest = splitter.end();
    if (rest) await readLine(rest, options);
  } finally {
    await file.close();
    if (file.broken)
      options.writer.write(outputLine(`The copy of this output is not whole: ${file.broken.message}`, options));
  }
}

/** stderr belongs to the log too; its last lines explain an early end. */
export async function readStderr(stderr: Readable, options: OutputOptions): Promise<string> {
  const splitter = new LineSplitter(options.maxLine);
  let tail = '';
  const take = (line: Line): void => {
    if (!line.text.trim()) return;
    options.writer.write(outputLine(wordsOf(line), options));
    tail = `${tail}${line.text}\n`.slice(-2000);
  };
  for await (const chunk of stderr as AsyncIterable<Buffer>) {
    if (!options.onBytes(chunk.length)) continue;
    splitter.push(chunk).forEach(take);
    await options.writer.ready();
  }
  const rest = splitter.end();
  if (rest) take(rest);
  return tail;
}

async function readLine(line: Line, options: StdoutOptions): Promise<void> {
  if (!line.text.trim()) return;
  options.onMessage(null);
  const parsed = line.cut ? null : parseMessage(line.text);
  if (!parsed || parsed.bytes > options.maxLine) {
    options.writer.write(outputLine(wordsOf(line), options));
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

function wordsOf(line: Line): string {
  return line.cut ? `${line.text} [cut: the line has ${line.bytes} bytes]` : line.text;
}

function outputLine(text: string, { maxLine }: OutputOptions): LogLine {
  return { time: new Date().toISOString(), level: 'warn', source: 'output', message: fit(text, maxLine), data: null };
}

/** Control characters take six times their size as JSON: what must be bounded is the entry, not the line. */
function fit(text: string, maxBytes: number): string {
  const bytes = Buffer.byteLength(JSON.stringify(text));
  if (bytes <= maxBytes + 100) return text;
  const kept = text.slice(0, Math.floor((text.length * maxBytes) / bytes / 2));
  return `${kept} [cut: as text the line has ${bytes} bytes]`;
}
