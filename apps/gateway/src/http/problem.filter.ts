import { DomainError, type Route } from '@aicode/contracts';
import { ServiceContext } from '@aicode/service-kit';
import { Catch, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { Request, Response } from 'express';

import { servedRoutes } from '../served-routes.js';
import { methodsAt } from './api-path.js';
import { problemHeaders, problemOf, toDomainError } from './problem.js';

/** Every refusal and failure leaves as problem+json (RFC 9457): a code, a sentence, the request id; never a stack. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly context: ServiceContext) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw thrown;
    const request = host.switchToHttp().getRequest<Request>();
    const response = host.switchToHttp().getResponse<Response>();
    const error = this.explain(toDomainError(thrown), request, response);
    const problem = problemOf(error, request.requestId);
    if (problem.status >= 500 || response.headersSent) {
      this.context.log.error({ err: thrown, code: problem.code, request_id: problem.request_id }, 'a request failed');
    }
    // A stream that has begun can only be cut; its reader comes back and is told then.
    if (response.headersSent) return void response.destroy();
    response.status(problem.status).set(problemHeaders(error)).set('Content-Type', 'application/problem+json');
    response.send(JSON.stringify(problem));
  }

  /** A path that exists with another method is not "not found". */
  private explain(error: DomainError, request: Request, response: Response): DomainError {
    if (error.code !== 'request.not_found') return error;
    const methods = methodsAt(servedRoutes, request.path);
    if (methods.length === 0) return error;
    response.setHeader('Allow', allowHeader(methods));
    return new DomainError(
      'request.method_not_allowed',
      `${request.method} is not possible here. Use ${methods.join(' or ')}.`,
    );
  }
}

function allowHeader(methods: Route['method'][]): string {
  return (methods.includes('GET') ? [...methods, 'HEAD'] : methods).join(', ');
}
