import type { IncomingMessage, ServerResponse } from 'node:http';

import type { ServerConfig } from '@aicode/contracts';
import type { Logger } from '@aicode/service-kit';

import { ConnectionServer } from './connection-server.js';
import { missingCredentialMessage, readCredential, type Credential } from './credential.js';
import { forward } from './forward.js';
import { ModelQueue, Resting } from './model-queue.js';
import { priceTable, type PriceTable } from './prices.js';
import { noBudget, ProxiedProcess, type Budget } from './proxied-process.js';
import { refuse } from './refuse.js';

const allowed = new Set(['POST /v1/messages', 'POST /v1/messages/count_tokens']);

/**
 * The only way from a sandbox to the model: connections that an executor carries out of it, a token instead of a key, the Messages
 * API and nothing else. The real credential is put on here, on the way out (docs/architecture.md, Running Claude).
 */
export class ModelProxy {
  private readonly open = new Set<ProxiedProcess>();
  private readonly queue: ModelQueue;
  private readonly prices: PriceTable;

  constructor(
    private readonly config: ServerConfig['model'],
    private readonly env: NodeJS.ProcessEnv,
    private readonly log: Logger,
  ) {
    this.queue = new ModelQueue(config.max_concurrent);
    this.prices = priceTable(config.prices);
  }

  /** A token for one process; it ends with `close`. */
  register(budget: Budget = noBudget): ProxiedProcess {
    const server = new ConnectionServer((request, response) => void this.handle(process, request, response));
    const process = new ProxiedProcess(server, this.prices, budget, () => this.open.delete(process));
    this.open.add(process);
    return process;
  }

  stop(): void {
    for (const process of this.open) process.close();
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
      await this.inTurn(process, credential, request, response).finally(() => (process.active -= 1));
    } catch (error) {
      this.log.error({ err: error }, 'the model proxy failed');
      if (response.headersSent) response.destroy();
      else refuse(response, 500, 'api_error', 'The model proxy failed.');
    }
  }

  private async inTurn(
    process: ProxiedProcess,
    credential: Credential,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const name = JSON.stringify(credential);
    const gone = new AbortController();
    const leave = (): void => gone.abort();
    response.once('close', leave);
    if (response.destroyed) return;
    let turnOver: () => void;
    try {
      turnOver = await this.queue.enter(process, name, gone.signal);
    } catch (error) {
      if (error instanceof Resting) return refuseResting(response, process, error);
      if (gone.signal.aborted) return;
      throw error;
    }
    try {
      if (gone.signal.aborted) return;
      if (process.budgetSpent) return refuseForBudget(response, process);
      const onRest = (status: number, ms: number): void => this.queue.rest(name, status, ms);
      await forward(request, response, { process, credential, config: this.config, onRest });
    } finally {
      turnOver();
    }
  }
}

function tokenOf(request: IncomingMessage): string {
  const key = request.headers['x-api-key'];
  return request.headers.authorization?.replace(/^Bearer /, '') ?? (typeof key === 'string' ? key : '');
}

/** The same answer that the model API gave to whoever asked last, without asking it again. */
function refuseResting(response: ServerResponse, process: ProxiedProcess, { status, remainingMs }: Resting): void {
  process.failed({ status, kind: 'status', retryAfterMs: remainingMs });
  const type = status === 429 ? 'rate_limit_error' : 'overloaded_error';
  const after = { 'retry-after': String(Math.ceil(remainingMs / 1000)) };
  refuse(response, status, type, 'The model API has asked to wait.', after);
}

function refuseForBudget(response: ServerResponse, process: ProxiedProcess): void {
  process.budget.onSpent();
  refuse(response, 402, 'billing_error', 'The budget of this task is used up.');
}
