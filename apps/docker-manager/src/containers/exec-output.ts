import { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

const headerSize = 8;
const stderrType = 2;

export interface ExecOutput {
  stdout: Readable;
  /** null with a terminal: there is one stream. */
  stderr: Readable | null;
  /** The program is over: take all that the engine still holds, readers or not. It is little, and it holds it for two seconds only. */
  flood(): void;
  /** Resolves when the engine's stream has ended; never rejects. */
  ended: Promise<void>;
}

/**
 * The engine's stream of a program, taken apart. There is one stream for both outputs, so it goes on when both have room;
 * a reader that goes away does not hold it up.
 */
export function execOutput(source: Readable, terminal: boolean): ExecOutput {
  const output = (): Readable => {
    const stream: Readable = new Readable({ read: () => splitter.hasRoom(stream) });
    return stream.on('close', () => splitter.hasRoom(stream)).on('error', () => undefined);
  };
  const stdout = output();
  const stderr = terminal ? null : output();
  const splitter = new Splitter(stdout, stderr);
  source.pipe(splitter);
  const ended = finished(source, { writable: false })
    .catch(() => undefined)
    .then(() => {
      splitter.flood();
      stdout.push(null);
      stderr?.push(null);
    });
  return { stdout, stderr, flood: () => splitter.flood(), ended };
}

/** Frames are: type, three zeros, length in four bytes, payload. A payload is passed on as it comes, never gathered. */
class Splitter extends Writable {
  private header = Buffer.alloc(0);
  private left = 0;
  private target: Readable | null = null;
  private waiting: (() => void) | undefined;
  private flooded = false;
  /** Streams that asked to wait. */
  private readonly full = new Set<Readable>();

  constructor(
    private readonly stdout: Readable,
    private readonly stderr: Readable | null,
  ) {
    super();
  }

  hasRoom(stream: Readable): void {
    this.full.delete(stream);
    this.goOn();
  }

  flood(): void {
    this.flooded = true;
    this.goOn();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (this.stderr) this.split(chunk);
    else this.give(this.stdout, chunk);
    this.waiting = done;
    this.goOn();
  }

  private split(chunk: Buffer): void {
    let rest = chunk;
    while (rest.length > 0) {
      if (this.left === 0) {
        rest = this.readHeader(rest);
        continue;
      }
      const part = rest.subarray(0, this.left);
      rest = rest.subarray(part.length);
      this.left -= part.length;
      this.give(this.target, part);
    }
  }

  private readHeader(rest: Buffer): Buffer {
    const missing = headerSize - this.header.length;
    this.header = Buffer.concat([this.header, rest.subarray(0, missing)]);
    if (this.header.length === headerSize) {
      this.target = this.header.readUInt8(0) === stderrType ? this.stderr : this.stdout;
      this.left = this.header.readUInt32BE(4);
      this.header = Buffer.alloc(0);
    }
    return rest.subarray(missing);
  }

  private give(stream: Readable | null, chunk: Buffer): void {
    if (stream && !stream.destroyed && !stream.push(chunk)) this.full.add(stream);
  }

  private goOn(): void {
    if (!this.waiting || !(this.flooded || this.full.size === 0)) return;
    const go = this.waiting;
    this.waiting = undefined;
    go();
  }
}
