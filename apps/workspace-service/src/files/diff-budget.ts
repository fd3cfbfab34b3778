import { fileLimits } from '@aicode/contracts';

/** What is left of an answer: JSON is what crosses the bus, where a control character has six bytes. */
export class DiffBudget {
  /** Something was left out for want of room. */
  exceeded = false;
  private files: number = fileLimits.diffFiles;
  private names: number = fileLimits.diffBytes / 2;
  private patches: number = fileLimits.diffBytes;

  /** Room for one more file, whose names these are. */
  takeFile(...names: (string | null)[]): boolean {
    const bytes = jsonBytes(names);
    if (this.files === 0 || bytes > this.names) return this.refuse();
    this.files -= 1;
    this.names -= bytes;
    return true;
  }

  takePatch(text: string): boolean {
    const bytes = jsonBytes(text);
    if (bytes > this.patches) return this.refuse();
    this.patches -= bytes;
    return true;
  }

  get filesLeft(): number {
    return this.files;
  }

  get patchBytesLeft(): number {
    return this.patches;
  }

  private refuse(): false {
    this.exceeded = true;
    return false;
  }
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
