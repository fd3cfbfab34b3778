import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import express, { type NextFunction, type Request, type Response } from 'express';

/** Names without anything encoded, hidden or leading out: only for these a compressed twin is looked for. */
const plainPath = /^(\/[\w-][\w.-]*)+$/;
const twins = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** `index-B3xk9_Qa.js`: the bundler's hash is in the name, so that the content under it never changes. */
const hashedName = /-[\w-]{8}\.\w+(\.map)?(\.br|\.gz)?$/;

/** Answers with a file; calls `next` if there is none. */
export type ServeFile = (path: string, request: Request, response: Response, next: NextFunction) => void;

/**
 * The files of a built page: express's own static server, which knows about paths that lead out, and beside it the twins that
 * the build has compressed (`x.js.br`, `x.js.gz`).
 */
export function webFiles(folder: string): ServeFile {
  const files = express.static(folder, {
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    cacheControl: false,
    // A part of a file that is compressed on its way is a part of nothing.
    acceptRanges: false,
    setHeaders: (response, path) => void response.setHeader('Cache-Control', cacheRule(path)),
  });
  /** The static server takes the path from the request, at once. */
  const serve: ServeFile = (path, request, response, next) => {
    const { url } = request;
    request.url = path;
    void files(request, response, next);
    request.url = url;
  };
  return (path, request, response, next) => {
    response.vary('Accept-Encoding');
    findTwin(folder, path, request)
      .then((twin) => {
        if (twin) serveTwin(serve, path, twin, { request, response, next });
        else serve(path, request, response, next);
      })
      .catch(next);
  };
}

interface Twin {
  encoding: string;
  suffix: string;
}

async function findTwin(folder: string, path: string, request: Request): Promise<Twin | undefined> {
  if (!plainPath.test(path)) return undefined;
  for (const [encoding, suffix] of twins) {
    if (!request.acceptsEncodings(encoding)) continue;
    const found = await stat(join(folder, path + suffix)).catch(() => undefined);
    if (found?.isFile()) return { encoding, suffix };
  }
  return undefined;
}

interface Exchange {
  request: Request;
  response: Response;
  next: NextFunction;
}

/** The twin, with the type of its original. */
function serveTwin(
  serve: ServeFile,
  path: string,
  { encoding, suffix }: Twin,
  { request, response, next }: Exchange,
): void {
  response.type(basename(path)).setHeader('Content-Encoding', encoding);
  // It is gone by now: somebody builds anew.
  const gone: NextFunction = (error) => {
    response.removeHeader('Content-Encoding');
    response.removeHeader('Content-Type');
    next(error);
  };
  serve(path + suffix, request, response, gone);
}

function cacheRule(path: string): string {
  if (path.includes('/assets/') && hashedName.test(path)) return 'public, max-age=31536000, immutable';
  return path.endsWith('.html') || path.includes('.html.') ? 'no-store' : 'no-cache';
}
