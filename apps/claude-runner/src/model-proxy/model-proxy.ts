import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { DomainError, type ServerConfig } from '@aicode/contracts';
import type { Logger } from '@aicode/service-kit';

import { missingCredentialMessage, readCredential } from './credential.js';
import { forward } from './forward.js';
import { ProxiedProcess } from './proxied-process.js';

/** Longest path of a unix socket on Linux, without its closing NUL. */
const maxSocketPath = 107;
const allowed = new Set(['POST /v1/messages', 'POST /v1/messages/count_tokens']);

/**
 * The only way from a sandbox to the model: a unix socket, a token for each process instead of a key, the Messages API and
 * nothing else. The real credential is put on here, on the way out (docs/architecture.md, Running Claude).
 */
export class ModelProxy {
  private readonly processes = new Map<string, ProxiedProcess>();
  private readonly server: Server;

  private constructor(
    /** Mount this directory, not the file in it: a file stays dead after a restart. */
    readonly directory: string,
    private readonly config: ServerConfig['model'],
    private readonly env: NodeJS.ProcessEnv,
    private readonly log: Logger,
  ) {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  static async listen(
    directory: string,
    config: ServerConfig['model'],
    env: NodeJS.ProcessEnv,
    log: Logger,
  ): Promise<ModelProxy> {
    const path = join(directory, 'model.sock');
    if (path.length > maxSocketPath) {
      throw new DomainError(
        'config.invalid',
        `The path of the model socket, ${path}, is longer than a socket's path may be. Choose a shorter AICLI_HOME.`,
      );
    }
    await mkdir(directory, { recursive: true, mode: 0o711 });
    await chmod(directory, 0o711);
    const proxy = new ModelProxy(directory, config, env, log);
    await new Promise<void>((resolve, reject) => {
      proxy.server.once('error', reject).listen(path, resolve);
    });
    // Sandboxes run as the owners of their projects; what lets a process in is its token.
    await chmod(path, 0o666);
    return proxy;
  }

  register(): ProxiedProcess {
    const process = new ProxiedProcess();
    this.processes.set(process.token, process);
    return process;
  }

  revoke(process: ProxiedProcess): void {
    this.processes.delete(process.token);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await rm(this.directory, { recursive: true, force: true });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const process = this.processes.get(tokenOf(request));
      if (!process) return refuse(response, 401, 'authentication_error', 'This token is not of a running task.');
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
