const lineFeed = 0x0a;

/** Cuts what comes in pieces at each line feed (or another byte), which is not handed on. */
export class LineSplitter {
  private open: Buffer[] = [];

  constructor(
    private readonly onLine: (line: Buffer) => void,
    private readonly end = lineFeed,
  ) {}

  push(chunk: Buffer): void {
    let from = 0;
    for (let at = chunk.indexOf(this.end); at >= 0; at = chunk.indexOf(this.end, from)) {
      this.tell(chunk.subarray(from, at));
      from = at + 1;
    }
    if (from < chunk.length) this.open.push(chunk.subarray(from));
  }

  /** What is left without an end is a line too. */
  finish(): void {
    if (this.open.length > 0) this.tell(Buffer.alloc(0));
  }

  private tell(rest: Buffer): void {
    const line = this.open.length === 0 ? rest : Buffer.concat([...this.open, rest]);
    this.open = [];
    this.onLine(line);
  }
}
