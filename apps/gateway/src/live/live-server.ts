import type { Server as HttpServer } from 'node:http';

import {
  DomainError,
  frameEvent,
  newId,
  platformNamespace,
  taskChanged,
  tasksRpc,
  toWireError,
  workspaceNamespace,
  workspacesRpc,
} from '@aicode/contracts';
import { runInRequest, ServiceContext } from '@aicode/service-kit';
import { Injectable } from '@nestjs/common';
import { Server } from 'socket.io';

import { requireAccess } from '../auth/access.guard.js';
import { AccessTokens } from '../auth/access-tokens.js';
import { credentialOf } from '../auth/credential.js';
import { OpenStreams } from '../auth/open-streams.js';
import { fromOwnPage } from '../auth/own-pages.js';
import type { Principal } from '../auth/principal.js';
import { allowedHosts, hostAllowed } from '../http/allowed-hosts.js';
import { originAllowed } from '../http/allowed-origins.js';
import { LogReading } from '../logs/log-sources.js';
import { errorFrame } from './envelope.js';
import { maxFrameBytes } from './limits.js';
import { LiveConnection, type LiveTasks } from './live-connection.js';
import type { LiveIo, LiveSocket } from './live-socket.js';
import { PlatformConnections } from './platform-connections.js';

/** Where socket.io is. */
export const livePath = '/socket.io';

const namespaces = /^\/ws\/ws_[0-9a-hjkmnp-tv-z]{26}$/;

/** socket.io beside the REST API: one namespace for each workspace and one for all, every frame an Envelope. */
@Injectable()
export class LiveServer {
  private readonly connections = new Map<string, Set<LiveConnection>>();
  private readonly workspaces;
  private readonly tasks: LiveTasks;

  constructor(
    private readonly context: ServiceContext,
    private readonly accessTokens: AccessTokens,
    private readonly openStreams: OpenStreams,
    private readonly platform: PlatformConnections,
    reading: LogReading,
  ) {
    this.workspaces = context.rpc.client(workspacesRpc);
    const tasks = context.rpc.client(tasksRpc);
    this.tasks = { reading, cancel: (taskId) => tasks.cancel({ task_id: taskId }) };
  }

  async attach(http: HttpServer): Promise<void> {
    const { server } = this.context.config;
    const hosts = allowedHosts(server);
    const io: LiveIo = new Server(http, {
      path: livePath,
      // Upgrades to elsewhere are answered there (containers/exec-upgrades.ts).
      destroyUpgrade: false,
      serveClient: false,
      maxHttpBufferSize: maxFrameBytes,
      connectTimeout: 10_000,
      cleanupEmptyChildNamespaces: true,
      cors: { origin: server.cors_origins },
      allowRequest: ({ headers }, answer) => {
        const { host, origin } = headers;
        answer(null, hostAllowed(hosts, host) && originAllowed(server, { origin, host }));
      },
    });
    io.use((_socket, next) => next(refusal(new DomainError('request.not_found', 'Connect to /ws/<workspace id>.'))));
    io.of(namespaces)
      .use(letIn((socket) => this.admitToWorkspace(socket)))
      .on('connection', (socket) => this.opened(socket, () => this.enterWorkspace(socket)));
    io.of(platformNamespace)
      .use(letIn((socket) => this.admitToPlatform(socket)))
      .on('connection', (socket) => this.opened(socket, () => this.platform.add(socket)));
    await this.platform.listen();
    await this.context.events.subscribe(taskChanged, ({ task, owner_id: ownerId }) => {
      for (const connection of this.connections.get(task.workspace_id) ?? []) connection.taskChanged(task, ownerId);
    });
    this.context.onStop('live sockets', () => {
      io.disconnectSockets(true);
      // Not io.close(): that would close the HTTP server, which is Nest's to close.
      io.engine.close();
      return Promise.resolve();
    });
  }

  /** A valid session, and a workspace that its user may see. */
  private async admitToWorkspace(socket: LiveSocket): Promise<void> {
    const principal = await this.principalOf(socket);
    requireAccess(principal.actor, 'workspaces.read');
    const workspaceId = socket.nsp.name.slice(workspaceNamespace('').length);
    const scope = { requestId: newId('request'), actor: principal.actor };
    await runInRequest(scope, () => this.workspaces.get({ workspace_id: workspaceId }));
    socket.data = { principal, workspaceId };
  }

  private async admitToPlatform(socket: LiveSocket): Promise<void> {
    const principal = await this.principalOf(socket);
    requireAccess(principal.actor, 'workspaces.read');
    requireAccess(principal.actor, 'tasks.read');
    socket.data = { principal, workspaceId: null };
  }

  /** Programs say a token; a page of ours has a cookie. */
  private async principalOf({ handshake: { auth, headers } }: LiveSocket): Promise<Principal> {
    const token: unknown = auth['token'];
    if (token !== undefined) return this.accessTokens.authenticate(typeof token === 'string' ? `Bearer ${token}` : '');
    const { by, authorization } = credentialOf(headers);
    // A page of others cannot read what it hears from a cookie's request, but a socket it could.
    if (by === 'cookie' && !fromOwnPage(this.context.config.server, headers)) {
      throw new DomainError('request.origin_refused', "With a cookie, only this platform's own pages may connect.");
    }
    return this.accessTokens.authenticate(authorization);
  }

  private enterWorkspace(socket: LiveSocket): void {
    const workspaceId = socket.data.workspaceId ?? '';
    const connection = new LiveConnection(socket, this.openStreams.open(socket.data.principal), this.tasks);
    const here = this.connections.get(workspaceId) ?? new Set();
    this.connections.set(workspaceId, here.add(connection));
    socket.once('disconnect', () => {
      here.delete(connection);
      if (here.size === 0 && this.connections.get(workspaceId) === here) this.connections.delete(workspaceId);
    });
  }

  private opened(socket: LiveSocket, enter: () => void): void {
    // A page's namespaces share one connection, as many as its user may hold (auth/open-streams.ts); each listens to it.
    socket.conn.setMaxListeners(0);
    try {
      enter();
    } catch (error) {
      socket.emit(frameEvent, errorFrame({ workspaceId: socket.data.workspaceId, taskId: null }, error));
      socket.disconnect();
    }
  }
}

function letIn(admit: (socket: LiveSocket) => Promise<void>) {
  return (socket: LiveSocket, next: (error?: Error) => void): void => {
    admit(socket).then(
      () => next(),
      (error: unknown) => next(refusal(error)),
    );
  };
}

/** A refused connection learns code and sentence in the `data` of its `connect_error`. */
function refusal(error: unknown): Error & { data: { code: string; message: string } } {
  const { code, message } = toWireError(error);
  return Object.assign(new Error(message), { data: { code, message } });
}
