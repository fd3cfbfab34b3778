import { DomainError, logStart, type LogCursor } from '@aicode/contracts';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';

import { OpenStreams, type OpenStream } from '../auth/open-streams.js';
import { LogReading } from './log-sources.js';
import { readLog } from './read-log.js';
import { SseConnection } from './sse-connection.js';
import { sseFrame } from './sse-frame.js';

const goodbye = {
  session_ended: 'this session has ended: sign in again',
  token_expired: 'the access token has run out: come back with a fresh one',
  stopping: 'the server is stopping: come back in a moment',
};

/** Logs as Server-Sent Events. */
@Injectable()
export class LogStreams {
  constructor(
    private readonly reading: LogReading,
    private readonly openStreams: OpenStreams,
  ) {}

  async serve(taskId: string, cursor: LogCursor | undefined, request: Request, response: Response): Promise<void> {
    if (!request.principal) throw new DomainError('auth.required', 'Sign in first.');
    if (cursor && (await this.hasAll(taskId, cursor))) return void response.status(204).end();
    if (!cursor) await this.reading.task(taskId); // refusals come before the stream begins
    const open = this.openStreams.open(request.principal);
    try {
      await this.stream(taskId, cursor ?? logStart, response, open);
    } finally {
      open.release();
    }
  }

  /** True if the task is final and the reader has its last entry: 204 tells a browser not to come back. */
  private async hasAll(taskId: string, cursor: LogCursor): Promise<boolean> {
    const { final, persisted_seq: persisted } = await this.reading.history(taskId, cursor.seq, 1);
    if (!final || cursor.seq !== persisted) return false;
    return cursor.seq === 0 || (await this.reading.locate(taskId, cursor)) === cursor.seq;
  }

  private async stream(taskId: string, from: LogCursor, response: Response, open: OpenStream): Promise<void> {
    const connection = new SseConnection(response);
    const signal = AbortSignal.any([open.signal, connection.signal]);
    try {
      for await (const event of readLog(this.reading.sources(taskId, signal), from, { signal })) {
        await connection.write(sseFrame(event), signal);
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      connection.close(reasonOf(open));
    }
  }
}

function reasonOf({ signal }: OpenStream): string | undefined {
  const reason: unknown = signal.reason;
  if (reason === 'session_ended' || reason === 'token_expired' || reason === 'stopping') return goodbye[reason];
  return undefined;
}
