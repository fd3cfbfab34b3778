import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

import { DomainError, longestTimerMs, newId } from '@aicode/contracts';
import { execStreamProtocol, relayExecStream } from '@aicode/exec-stream';
import { runInRequest, ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';

import { EndedSessions } from '../auth/ended-sessions.js';
import { OpenStreams, type OpenStream } from '../auth/open-streams.js';
import { edgeCheck } from '../http/edge-check.js';
import { problemOf, toDomainError } from '../http/problem.js';
import { sendProblem } from '../http/raw-problem.js';
import { RequestRates } from '../http/request-rates.js';
import { livePath } from '../live/live-server.js';
import { ExecAddresses, idOf, type ExecAddress } from './exec-addresses.js';

interface Upgrade {
  request: IncomingMessage;
  client: Duplex;
  head: Buffer;
}

/**
 * Connects clients to their programs: `Upgrade: aicode-exec` at the path that `POST /workspaces/:id/exec` has answered. The
 * token of the ticket is what lets in, once, and docker-manager alone can check it; the socket is passed through as it is. It
 * closes when the session ends that has asked for the program.
 */
@Injectable()
export class ExecUpgrades {
  constructor(
    private readonly context: ServiceContext,
    private readonly addresses: ExecAddresses,
    private readonly endedSessions: EndedSessions,
    private readonly openStreams: OpenStreams,
    private readonly rates: RequestRates,
  ) {}

  /** Answers every upgrade but those to the live sockets. */
  attach(http: Server): void {
    const check = edgeCheck(this.context.config.server);
    http.on('upgrade', (request, client, head) => {
      if (request.url?.startsWith(`${livePath}/`)) return;
      client.on('error', () => undefined);
      void this.serve({ request, client, head }, check);
    });
  }

  private async serve(upgrade: Upgrade, check: ReturnType<typeof edgeCheck>): Promise<void> {
    const requestId = newId('request');
    try {
      check(upgrade.request.headers);
      const { address, token } = await this.admit(upgrade.request);
      const { actor, session_id: sessionId } = address;
      // As long as the session: an access token is much shorter than what people do at a shell.
      const open = this.openStreams.open({ actor, sessionId, expiresAt: Date.now() + longestTimerMs });
      await runInRequest({ requestId, actor }, () => this.relay(upgrade, address, token, open));
    } catch (error) {
      sendProblem(upgrade.client, problemOf(toDomainError(error), requestId));
      this.context.log.debug({ err: error, request_id: requestId }, 'an upgrade was refused');
    }
  }

  private async admit(request: IncomingMessage): Promise<{ address: ExecAddress; token: string }> {
    this.rates.take(`address ${request.socket.remoteAddress}`);
    const path = request.url ?? '';
    if (idOf(path) === undefined || request.headers.upgrade?.toLowerCase() !== execStreamProtocol) {
      throw new DomainError(
        'request.not_found',
        `There is nothing at this address for an upgrade to ${request.headers.upgrade ?? 'nothing'}.`,
      );
    }
    const token = /^Bearer ([\w-]{1,128})$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) {
      throw new DomainError('auth.required', 'Send Authorization: Bearer <token>, with the token of this exec.');
    }
    const address = await this.addresses.take(path);
    if (!address) {
      throw new DomainError('executor.refused', 'This exec does not exist, was used already, or has waited too long.');
    }
    await this.endedSessions.refuse(address.session_id);
    return { address, token };
  }

  /** Answers the client in every case. */
  private async relay({ client, head }: Upgrade, address: ExecAddress, token: string, open: OpenStream): Promise<void> {
    const begun = performance.now();
    const line = { user_id: address.actor.user_id, workspace_id: address.workspace_id };
    const close = (): void => void client.destroy();
    open.signal.addEventListener('abort', close, { once: true });
    if (open.signal.aborted) close();
    let outcome = 'closed';
    try {
      await relayExecStream(client, head, { url: address.url, token });
    } catch (error) {
      outcome = toDomainError(error).message;
    } finally {
      open.signal.removeEventListener('abort', close);
      open.release();
      const ended: unknown = open.signal.reason;
      const ms = Math.round(performance.now() - begun);
      this.context.log.info({ ...line, ms, outcome: ended ?? outcome }, 'an exec stream has ended');
    }
  }
}
