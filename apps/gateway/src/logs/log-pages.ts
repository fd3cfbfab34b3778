import type { LogCursor, LogPage } from '@aicode/contracts';
import { Injectable } from '@nestjs/common';

import { cursorInvalid, logPage, needsLocating } from './log-page.js';
import { LogReading } from './log-sources.js';

@Injectable()
export class LogPages {
  constructor(private readonly reading: LogReading) {}

  /** DomainError `log.cursor_invalid` if the log is not any more what the cursor saw: a page cannot say `reset`. */
  async read(taskId: string, after: LogCursor, limit: number): Promise<LogPage> {
    const history = await this.reading.history(taskId, after.seq, limit);
    if (needsLocating(after, history)) {
      const seq = await this.reading.locate(taskId, after);
      if (seq < after.seq) throw cursorInvalid(after, seq);
    }
    return logPage(after, history);
  }
}
