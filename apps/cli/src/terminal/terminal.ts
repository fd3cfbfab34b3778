import { colourPaint, plainPaint, type Paint } from '@aicode/log-view';

type Environment = Readonly<Record<string, string | undefined>>;
interface Stream {
  isTTY?: boolean;
  columns?: number;
}

/** What an output stream can show. */
export interface Terminal {
  interactive: boolean;
  colour: boolean;
  width: number;
  paint: Paint;
}

/** Colours only on a terminal that knows them and whose owner does not refuse them (no-color.org). */
export function terminalOf(stream: Stream, env: Environment = process.env): Terminal {
  const interactive = stream.isTTY === true;
  const colour = interactive && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return {
    interactive,
    colour, // A terminal that does not know its width says 0.
    width: stream.columns || 100,
    paint: colour ? colourPaint : plainPaint,
  };
}
