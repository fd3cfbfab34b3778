import type { Server as HttpServer } from 'node:http';

import {
  DomainError,
  frameEvent,
  newId,
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
import { OpenStreams } from '../auth/open-streams.js';
import { allowedHosts, hostAllowed } from '../http/allowed-hosts.js';
import { originAllowed } from '../http/allowed-origins.js';
import { LogReading } from '../logs/log-sources.js';
import { errorFrame } from './envelope.js';
import { maxFrameBytes } from './limits.js';
import { LiveConnection, type LiveTasks } from './live-connection.js';
import type { LiveIo, LiveSocket } from './live-socket.js';

/** Where socket.io is. */
export const livePath = '/socket.io';

const namespaces = /^\/ws\/ws_[0-9a-hjkmnp-tv-z]{26}$/;

/** socket.io beside the REST API: one namespace for each workspace, every frame an Envelope. */
@Injectable()
export class LiveServer {
  private readonly connections = new Map<string, Set<LiveConnection>>();
  private readonly workspaces;
  private readonly tasks: LiveTasks;

  constructor(
    private readonly context: ServiceContext,
    private readonly accessTokens: AccessTokens,
    private readonly openStreams: OpenStreams,
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
      .use((socket, next) => {
        this.admit(socket).then(
          () => next(),
          (error: unknown) => next(refusal(error)),
        );
      })
      .on('connection', (socket) => this.connected(socket));
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

  /** Lets a socket in: a valid session, and a workspace that its user may see. */
  private async admit(socket: LiveSocket): Promise<void> {
    const token: unknown = socket.handshake.auth['token'];
    const principal = await this.accessTokens.authenticate(typeof token === 'string' ? `Bearer ${token}` : undefined);
    requireAccess(principal.actor, 'workspaces.read');
    const workspaceId = socket.nsp.name.slice(workspaceNamespace('').length);
    const scope = { requestId: newId('request'), actor: principal.actor };
    await runInRequest(scope, () => this.workspaces.get({ workspace_id: workspaceId }));
    socket.data = { principal, workspaceId };
  }

  private connected(socket: LiveSocket): void {
    const { principal, workspaceId } = socket.data;
    try {
      const connection = new LiveConnection(socket, this.openStreams.open(principal), this.tasks);
      const here = this.connections.get(workspaceId) ?? new Set();
      this.connections.set(workspaceId, here.add(connection));
      socket.once('disconnect', () => {
        here.delete(connection);
        if (here.size === 0 && this.connections.get(workspaceId) === here) this.connections.delete(workspaceId);
      });
    } catch (error) {
      socket.emit(frameEvent, errorFrame({ workspaceId, taskId: null }, error));
      socket.disconnect();
    }
  }
}

/** A refused connection learns code and sentence in the `data` of its `connect_error`. */
function refusal(error: unknown): Error & { data: { code: string; message: string } } {
  const { code, message } = toWireError(error);
  return Object.assign(new Error(message), { data: { code, message } });
}
