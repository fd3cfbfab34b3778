import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { once } from 'node:events';
import { dirname, join } from 'node:path';

const headBytes = 1024 ** 2;

/** Where an attempt's output is kept as the CLI spoke it; under the platform's own part of the workspace, out of the sandbox's reach. */
export function attemptFile(logsDir: string, taskId: string, attempt: number): string {
  return join(logsDir, `${taskId}.${attempt}.ndjson`);
}

/** The copy of what the CLI speaks. A disk that is full costs the copy, not the attempt and not the platform. */
export class AttemptFile {
  /** Why the copy is not whole; null while it is. */
  broken: Error | null = null;

  private constructor(private readonly stream: WriteStream) {
    stream.on('error', (error) => (this.broken ??= error));
  }

  static async open(path: string): Promise<AttemptFile> {
    await mkdir(dirname(path), { recursive: true });
    return new AttemptFile(createWriteStream(path, { flags: 'a', mode: 0o600 }));
  }

  async write(chunk: Buffer): Promise<void> {
    if (this.broken || this.stream.write(chunk)) return;
    await once(this.stream, 'drain').catch(() => undefined); // the error is kept by its own listener
  }

  async close(): Promise<void> {
    if (this.broken) return;
    await new Promise<void>((resolve) => this.stream.once('error', () => resolve()).end(resolve));
  }
}

/**
 * The conversation that an earlier attempt got going, by its id: the newest attempt in whose output the assistant spoke. Read from our
 * own copy, never from the transcripts: those belong to the sandbox, which may have put anything in their place.
 */
export async function earlierConversation(logsDir: string, taskId: string, attempt: number): Promise<string | null> {
  for (let before = attempt - 1; before > 0; before -= 1) {
    const head = await readHead(attemptFile(logsDir, taskId, before));
    const id = /"session_id":"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"/.exec(head)?.[1];
    if (id && head.includes('"type":"assistant"')) return id;
  }
  return null;
}

async function readHead(path: string): Promise<string> {
  const file = await open(path).catch(() => null);
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
