/** What the composition root needs of a logger; pino's fits. */
export type LogLine = (fields: Record<string, unknown>, message: string) => void;

export interface PlatformLog {
  debug: LogLine;
  info: LogLine;
  warn: LogLine;
  error: LogLine;
}
