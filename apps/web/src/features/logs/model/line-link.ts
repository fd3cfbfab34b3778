/** Lines of a log that a link points at; both ends count. */
export interface LineRange {
  from: number;
  to: number;
}

/** Reads `#L120` and `#L120-L140` (and `#L120-140`), also written the wrong way round. Null if it is none. */
export function parseLineHash(hash: string): LineRange | null {
  const match = /^#?L(\d{1,9})(?:-L?(\d{1,9}))?$/.exec(hash);
  if (!match) return null;
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : Number(match[2]);
  if (from < 1 || to < 1) return null;
  return from <= to ? { from, to } : { from: to, to: from };
}

/** Without its `#`. */
export function formatLineHash({ from, to }: LineRange): string {
  return from === to ? `L${from}` : `L${from}-L${to}`;
}

/** A click on a line's number points at it; with shift it stretches the range to it. */
export function pointAt(seq: number, stretch: LineRange | null): LineRange {
  if (!stretch) return { from: seq, to: seq };
  return seq < stretch.from ? { from: seq, to: stretch.to } : { from: stretch.from, to: seq };
}
