export { logKeys } from './keys.js';
export { LogStore, type AppendResult, type AppendStatus } from './log-store.js';
export { LogTail, type TailSink } from './log-tail.js';
export { LogWriter, type LogWriterLimits } from './log-writer.js';
export { encodeLine, type LogLine } from './stream-entry.js';
