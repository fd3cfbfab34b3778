import { safeLine } from '@aicode/log-view';

/** A prompt on one line of a list: its first line that says something, safe to show. */
export function promptLine(command: string, most = 300): string {
  const first = command.split('\n').find((line) => line.trim() !== '') ?? '';
  const line = safeLine(first.slice(0, most * 2));
  return line.length > most ? `${line.slice(0, most)}…` : line;
}
