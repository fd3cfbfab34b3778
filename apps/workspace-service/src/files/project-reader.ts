import { readFile } from 'node:fs/promises';
import type { Readable } from 'node:stream';

import { DomainError, FileContent, fileLimits, FileList } from '@aicode/contracts';
import type { ExecProcess } from '@aicode/sandbox';
import { z } from 'zod';

import type { PlatformExecutor } from './platform-executor.js';

const program = new URL('./inside/read-project.js', import.meta.url);

/** What one answer may have as JSON: `bus.max_payload` is larger. */
const answerBytes = 2 * 1024 ** 2;
/** Names that are looked at in one directory, to list the first of them in order. */
const scannedNames = 20_000;
/** Far above what the program answers: a bound in case it is not what answers. */
const outputBytes = 16 * 1024 ** 2;

const Answered = z.object({ answer: z.unknown() });
const Refused = z.object({ refused: z.string(), target: z.string().nullable() });

/** One of many files; null if it is gone, or nothing to open. A name is given as bytes, one a character. */
const Gathered = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('file'),
    executable: z.boolean(),
    binary: z.boolean(),
    content: z.string(),
    /** Nothing of the content is left out. */
    whole: z.boolean(),
  }),
  z.object({ kind: z.literal('link'), target: z.string() }),
]);
export type Gathered = z.infer<typeof Gathered>;

/**
 * Reads a project's files by a small program of ours that runs as their owner, in a sandbox: whatever the files turn out to be,
 * it can read nothing that the owner could not, and it is ended when it takes too long.
 */
export class ProjectReader {
  private source: Promise<string> | undefined;

  constructor(
    private readonly executor: PlatformExecutor,
    private readonly timeoutMs = 10_000,
  ) {}

  list(project: string, path: string): Promise<FileList> {
    const { entries } = fileLimits;
    const question = { do: 'list', path: bytesOf(path), entries, scan: scannedNames, bytes: answerBytes };
    return this.ask(project, path, question, FileList);
  }

  read(project: string, path: string): Promise<FileContent> {
    const question = { do: 'read', path: bytesOf(path), bytes: fileLimits.contentBytes, answerBytes };
    return this.ask(project, path, question, FileContent);
  }

  /** @param paths as bytes, one a character @param bytes of one file, and of all as JSON */
  gather(project: string, paths: string[], bytes: { each: number; all: number }): Promise<(Gathered | null)[]> {
    const question = { do: 'gather', paths, bytes: bytes.each, allBytes: bytes.all };
    return this.ask(project, '', question, z.array(Gathered.nullable()));
  }

  private async ask<S extends z.ZodType>(
    project: string,
    path: string,
    question: object,
    answer: S,
  ): Promise<z.output<S>> {
    this.source ??= readFile(program, 'utf8');
    const limit = AbortSignal.timeout(this.timeoutMs);
    const executor = await this.executor.get();
    const running = await executor
      .open({
        command: 'node',
        args: ['--max-old-space-size=256', '--input-type=module', '--eval', await this.source],
        cwd: '/workspace',
        env: {},
        project,
        network: 'none',
        signal: limit,
      })
      .catch((error: unknown) => {
        throw limit.aborted ? this.tooSlow() : error;
      });
    running.stdin.end(JSON.stringify(question));
    const said = await outputOf(running).catch((error: unknown) => {
      throw limit.aborted ? this.tooSlow() : error;
    });
    const heard: unknown = JSON.parse(said);
    const refused = Refused.safeParse(heard);
    if (refused.success) throw refusal(path, refused.data);
    return answer.parse(Answered.parse(heard).answer);
  }

  private tooSlow(): DomainError {
    return new DomainError(
      'storage.busy',
      `The files of this workspace did not answer within ${this.timeoutMs / 1000} s. Try again when the machine is less busy.`,
    );
  }
}

async function outputOf(running: ExecProcess): Promise<string> {
  const [said, complaint, { code, signal }] = await Promise.all([
    collect(running.stdout, running),
    collect(running.stderr, running),
    running.exited,
  ]);
  if (code === 0) return said;
  throw new Error(`the program that reads projects ended with ${code ?? signal}: ${complaint.slice(-2000)}`);
}

async function collect(stream: Readable, running: ExecProcess): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= outputBytes) chunks.push(chunk);
    else await running.kill();
  }
  return Buffer.concat(chunks).toString('utf8');
}

function bytesOf(path: string): string {
  return Buffer.from(path, 'utf8').toString('latin1');
}

function refusal(path: string, { refused, target }: z.infer<typeof Refused>): DomainError {
  const shown =
    path === '' ? 'The project directory' : JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
  const wrong = (what: string): DomainError => new DomainError('workspace.path_not_allowed', `${shown} ${what}`);
  switch (refused) {
    case 'missing':
      return new DomainError(
        'workspace.file_not_found',
        `${shown} is not there (any more). List its directory to see what is.`,
      );
    case 'link':
      return wrong(
        `is a symbolic link or leads through one${target === null ? '' : ` (to ${JSON.stringify(target)})`}. ` +
          'Links are not followed: open what it leads to, if that is in the project.',
      );
    case 'file':
      return wrong('is a file and no directory. Read it instead.');
    case 'directory':
      return wrong('is a directory and no file. List it instead.');
    case 'special':
      return wrong('is a pipe, a socket or a device, which is never opened. Choose an ordinary file.');
    case 'denied':
      return wrong("may not be read by the project's owner. Change its permissions in the workspace.");
    default:
      return wrong('cannot be read: the file system answers with an error. Try again.');
  }
}
