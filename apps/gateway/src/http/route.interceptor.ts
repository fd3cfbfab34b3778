import { runInRequest, ServiceContext } from '@aicode/service-kit';
import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import type { Request } from 'express';
import { from, lastValueFrom, type Observable } from 'rxjs';

import { anonymous } from '../auth/principal.js';
import { readJsonBody, type BodyLimits } from './json-body.js';
import { parseRouteInput } from './route-input.js';
import { routeOf } from './route.decorator.js';

/**
 * Reads and checks a request's input by its route, after the guard: who may not call gets nothing read. The handler runs as
 * the request's actor, so that every request over the bus carries the actor and the request id.
 */
@Injectable()
export class RouteInterceptor implements NestInterceptor {
  private readonly limits: BodyLimits;

  constructor({ config: { server } }: ServiceContext) {
    this.limits = { maxBytes: server.max_body, maxDepth: server.max_json_depth, timeoutMs: server.request_timeout };
  }

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<Request>();
    const scope = { requestId: request.requestId, actor: request.principal?.actor ?? anonymous };
    return from(
      runInRequest(scope, async (): Promise<unknown> => {
        await this.readInput(context, request);
        return lastValueFrom(next.handle(), { defaultValue: undefined });
      }),
    );
  }

  private async readInput(context: ExecutionContext, request: Request): Promise<void> {
    const route = routeOf(context);
    if (!route) return;
    request.routeInput = parseRouteInput(route, {
      params: request.params,
      query: request.query,
      body: await readJsonBody(request, this.limits),
      idempotencyKey: route.idempotencyKey ? request.get('Idempotency-Key') : undefined,
    });
  }
}
