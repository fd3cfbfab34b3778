import { EventEmitter } from 'node:events';
import { PassThrough, type Readable, type Writable } from 'node:stream';

import type { SpawnedProcess } from '@anthropic-ai/claude-agent-sdk';
import type { ExecProcess } from '@aicode/sandbox';

/**
 * A sandbox's process as the SDK wants one. It exists before the sandbox does: `attach` joins the two. The SDK reads `stdout`,
 * which gets only what the caller forwards.
 */
export class SdkProcess
  extends EventEmitter<{ exit: [number | null, NodeJS.Signals | null]; error: [Error] }>
  implements SpawnedProcess
{
  readonly stdin: Writable;
  readonly stdout: Readable;
  killed = false;
  exitCode: number | null = null;
  private readonly input = new PassThrough();
  private readonly output = new PassThrough();
  private process: ExecProcess | undefined;

  constructor() {
    super();
    this.stdin = this.input;
    this.stdout = this.output;
  }

  attach(process: ExecProcess): void {
    this.process = process;
    process.stdin.on('error', () => undefined); // the end of the process says it all
    this.input.pipe(process.stdin);
    if (this.killed) void process.kill();
  }

  /** Resolves when the SDK has room for more. */
  async forward(text: string): Promise<void> {
    if (this.output.writableEnded || this.output.destroyed || this.output.write(text)) return;
    await new Promise<void>((resolve) => {
      this.output.once('drain', resolve).once('close', resolve);
    });
  }

  ended(code: number | null, signal: string | null): void {
    this.exitCode = code ?? 1;
    this.output.end();
    this.emit('exit', this.exitCode, signal === null ? null : 'SIGKILL');
  }

  failed(error: Error): void {
    this.output.end();
    this.emit('error', error);
  }

  kill(): boolean {
    this.killed = true;
    void this.process?.kill();
    return true;
  }
}
