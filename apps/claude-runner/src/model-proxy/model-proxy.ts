import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DomainError, type ServerConfig } from '@aicode/contracts';
import type { Logger } from '@aicode/service-kit';

import { missingCredentialMessage, readCredential } from './credential.js';
import { forward } from './forward.js';
import { ProxiedProcess } from './proxied-process.js';

/** Longest path of a unix socket on Linux, without its closing NUL. */
const maxSocketPath = 107;
const socketName = 'model.sock';
const allowed = new Set(['POST /v1/messages', 'POST /v1/messages/count_tokens']);

/** What one sandbox may hold at once: enough for a CLI and its agents, too little to starve the platform of descriptors. */
const maxConnections = 64;
const headersTimeoutMs = 5000;

/**
 * The only way from a sandbox to the model: a unix socket of its own for each process, a token instead of a key, the Messages API and
 * nothing else. The real credential is put on here, on the way out (docs/architecture.md, Running Claude).
 */
export class ModelProxy {
  private readonly open = new Set<ProxiedProcess>();
  private count = 0;

  constructor(
    private readonly directory: string,
    private readonly config: ServerConfig['model'],
    private readonly env: NodeJS.ProcessEnv,
    private readonly log: Logger,
  ) {
    const longest = join(directory, '999999', socketName);
    if (longest.length <= maxSocketPath) return;
    throw new DomainError(
      'config.invalid',
      `The path of a model socket, ${longest}, is longer than a socket's path may be. Choose a shorter AICLI_HOME.`,
    );
  }

  /** A socket and a token for one process; both end with `close`. */
  async register(): Promise<ProxiedProcess> {
    this.count += 1;
    const directory = join(this.directory, String(this.count));
    await mkdir(directory, { recursive: true, mode: 0o711 });
    await chmod(directory, 0o711);
    const server = createServer({ headersTimeout: headersTimeoutMs });
    const process = new ProxiedProcess(directory, async () => {
      this.open.delete(process);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true, force: true });
    });
    server.maxConnections = maxConnections;
    server.on('request', (request, response) => void this.handle(process, request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(join(directory, socketName), resolve);
    });
    // The sandbox runs as the owner of its project; what lets a process in is its token.
    await chmod(join(directory, socketName), 0o666);
    this.open.add(process);
    return process;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.open].map((process) => process.close()));
    await rm(this.directory, { recursive: true, force: true });
  }

  private async handle(process: ProxiedProcess, request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      if (tokenOf(request) !== process.token)
        return refuse(response, 401, 'authentication_error', 'This token is not of a running task.');
      const [path = ''] = (request.url ?? '').split('?');
      if (!allowed.has(`${request.method} ${path}`))
        return refuse(response, 404, 'not_found_error', 'Only the Messages API can be reached from here.');
      const credential = await readCredential(this.config, this.env);
      if (!credential) {
        process.failed({ status: 401, kind: 'no_credential', retryAfterMs: null });
        return refuse(response, 401, 'authentication_error', missingCredentialMessage);
      }
      process.requests += 1;
      process.active += 1;
      await forward(request, response, { process, credential, config: this.config }).finally(
        () => (process.active -= 1),
      );
    } catch (error) {
      this.log.error({ err: error }, 'the model proxy failed');
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'api_error', 'The model proxy failed.');
    }
  }
}

function tokenOf(request: IncomingMessage): string {
  const key = request.headers['x-api-key'];
  return request.headers.authorization?.replace(/^Bearer /, '') ?? (typeof key === 'string' ? key : '');
}

/** An error as the Messages API words it, since the CLI reads it. */
export function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  const body = JSON.stringify({ type: 'error', error: { type, message } });
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-should-retry': 'false',
  });
  response.end(body);
}
