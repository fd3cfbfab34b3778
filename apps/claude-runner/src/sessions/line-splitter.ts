import { StringDecoder } from 'node:string_decoder';

export interface Line {
  text: string;
  /** Bytes of the whole line; more than `text` holds if it was cut. */
  bytes: number;
  cut: boolean;
}

/** Splits a byte stream into lines, holding at most `maxBytes` of one. Half a UTF-8 sequence waits for its rest. */
export class LineSplitter {
  private readonly decoder = new StringDecoder('utf8');
  private text = '';
  private bytes = 0;

  constructor(private readonly maxBytes: number) {}

  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end >= 0; end = chunk.indexOf(0x0a, from)) {
      this.take(chunk.subarray(from, end));
      lines.push(this.finish());
      from = end + 1;
    }
    this.take(chunk.subarray(from));
    return lines;
  }

  /** What stands without a line break at the end. */
  end(): Line | null {
    return this.bytes > 0 ? this.finish() : null;
  }

  private take(piece: Buffer): void {
    const room = Math.max(0, this.maxBytes - this.bytes);
    this.bytes += piece.length;
    this.text += this.decoder.write(room < piece.length ? piece.subarray(0, room) : piece);
  }

  private finish(): Line {
    this.text += this.decoder.end();
    const line = { text: this.text, bytes: this.bytes, cut: this.bytes > this.maxBytes };
    this.text = '';
    this.bytes = 0;
    return line;
  }
}
