import { fileURLToPath } from 'node:url';

import type { ServerConfig } from '@aicode/contracts';
import compression from 'compression';
import type { Handler, NextFunction, Request, Response } from 'express';

import type { RequestRates } from '../http/request-rates.js';
import { missingPage } from './missing-page.js';
import { webFiles } from './web-files.js';
import { webHeaders } from './web-headers.js';

/** The dashboard's build beside this gateway's. */
const builtBeside = fileURLToPath(new URL('../../../web/dist', import.meta.url));
/** What belongs to the API and the sockets, in any case as express has it. */
const elsewhere = /^\/(api|socket\.io)(\/|$)/i;
const assets = /^\/assets(\/|$)/i;
const page = '/index.html';

/** The dashboard: its files, and its one page at every address that a person may open or come back to. */
export function webPages(server: ServerConfig['server'], rates: RequestRates): Handler {
  const serve = webFiles(server.web_dir ?? builtBeside);
  const compress = compression();
  const answer = (request: Request, response: Response, next: NextFunction): void => {
    const servePage = (): void =>
      serve(page, request, response, (error?: unknown) => {
        if (error || !wantsPage(request)) next(error);
        else missingPage(response);
      });
    if (request.path === '/') return servePage();
    serve(request.path, request, response, (error?: unknown) => {
      if (error) next(error);
      else if (!assets.test(request.path) && wantsPage(request)) servePage();
      else next();
    });
  };
  return (request, response, next) => {
    if (elsewhere.test(request.path) || !['GET', 'HEAD'].includes(request.method)) return next();
    rates.take(`address ${request.ip}`);
    const unsent = withdraw(response, next);
    webHeaders(response);
    compress(request, response, () => answer(request, response, unsent));
  };
}

/** Programs, which take anything, are told that there is nothing. */
function wantsPage(request: Request): boolean {
  return request.accepts('json', 'html') === 'html';
}

/** What follows is no page: it gets the headers that all answers have. */
function withdraw(response: Response, next: NextFunction): NextFunction {
  const before = response.getHeader('Content-Security-Policy');
  return (error) => {
    if (before !== undefined && !response.headersSent) response.setHeader('Content-Security-Policy', before);
    next(error);
  };
}
