import {
  LogCursorText,
  logsRoutes,
  logsRpc,
  logStart,
  parseOrThrow,
  type LogCursor,
  type LogMatches,
} from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Controller, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { z } from 'zod';

import { Input, Route } from '../http/route.decorator.js';
import type { RouteInput } from '../http/route-input.js';
import { LogPages } from './log-pages.js';
import { LogStreams } from './log-streams.js';

const LastEventId = z.object({ 'Last-Event-ID': LogCursorText });

@Controller()
export class LogsController {
  private readonly logs;

  constructor(
    context: ServiceContext,
    private readonly pages: LogPages,
    private readonly streams: LogStreams,
  ) {
    this.logs = context.rpc.client(logsRpc);
  }

  @Route(logsRoutes.search)
  search(@Input() { params, query: { q, after, limit } }: RouteInput<typeof logsRoutes.search>): Promise<LogMatches> {
    return this.logs.search({ task_id: params.id, q, after_seq: after, limit });
  }

  @Route(logsRoutes.read)
  async read(
    @Input() { params, query }: RouteInput<typeof logsRoutes.read>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (wantsStream(request))
      await this.streams.serve(params.id, lastEventId(request) ?? query.after, request, response);
    else response.json(await this.pages.read(params.id, query.after ?? logStart, query.limit));
  }
}

function wantsStream(request: Request): boolean {
  return request.method === 'GET' && request.accepts('application/json', 'text/event-stream') === 'text/event-stream';
}

/** What a browser sends by itself when it comes back; newer than the address that it was opened with. */
function lastEventId(request: Request): LogCursor | undefined {
  const value = request.get('Last-Event-ID');
  if (value === undefined || value === '') return undefined;
  return parseOrThrow(LastEventId, { 'Last-Event-ID': value }, 'request')['Last-Event-ID'];
}
