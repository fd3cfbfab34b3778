import { Writable } from 'node:stream';

const maxBytes = 8 * 1024 ** 2;

/** Keeps what is written for one JSON document, up to 8 MB. */
export class GatheredOutput extends Writable {
  private readonly chunks: Buffer[] = [];
  private size = 0;
  /** There was more than is kept. */
  truncated = false;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const kept = chunk.subarray(0, maxBytes - this.size);
    this.truncated ||= kept.length < chunk.length;
    this.size += kept.length;
    this.chunks.push(kept);
    done();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('utf8');
  }
}
