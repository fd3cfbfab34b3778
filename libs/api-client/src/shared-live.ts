import { workspaceNamespace } from '@aicode/contracts';
import type { Manager } from 'socket.io-client';

import { backoff } from './backoff.js';
import type { Connection } from './connection.js';
import { LiveChannel } from './live-channel.js';
import type { LiveHub, LiveStatus } from './live-hub.js';

/** A namespace that nobody listens to is kept for so long: the next page often wants it again. */
const lingerMs = 2_000;
const firstWaitMs = 250;
const longestWaitMs = 10_000;

/** Makes the hub. Nothing is connected before somebody listens. */
export function shareLive(connection: Connection): LiveHub {
  return new SharedLive(connection);
}

class SharedLive implements LiveHub {
  status: LiveStatus = { state: 'idle', since: Date.now() };
  private readonly channels = new Map<string, LiveChannel>();
  private readonly watchers = new Set<(status: LiveStatus) => void>();
  private manager: Manager | null = null;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private busy = false;
  /** The server did not accept the sign-in of the last connection. */
  private refused = false;
  private tries = 0;
  private closed = false;

  constructor(private readonly connection: Connection) {}

  onStatus(listener: (status: LiveStatus) => void): () => void {
    this.watchers.add(listener);
    return () => this.watchers.delete(listener);
  }

  listen: LiveHub['listen'] = (namespace, listener) => this.use(namespace, (channel) => channel.listen(listener));

  follow: LiveHub['follow'] = ({ workspaceId, taskId, after }, listener) =>
    this.use(workspaceNamespace(workspaceId), (channel) => channel.follow(taskId, after, listener));

  wake(): void {
    if (this.status.state !== 'reconnecting' && this.status.state !== 'signed-out') return;
    clearTimeout(this.waiting);
    this.tries = 0;
    void this.connect();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.waiting);
    for (const channel of this.channels.values()) channel.close();
    this.channels.clear();
    this.manager?.engine?.close();
    this.say('idle');
  }

  /** The namespace may exist only once the socket library is loaded; until then its user waits here. */
  private use(namespace: string, take: (channel: LiveChannel) => () => void): () => void {
    let leave: (() => void) | null = null;
    let left = false;
    void this.channel(namespace).then((channel) => {
      if (!left && channel) leave = take(channel);
    });
    return () => {
      if (left) return;
      left = true;
      leave?.();
      setTimeout(() => this.tidy(namespace), lingerMs);
    };
  }

  private async channel(namespace: string): Promise<LiveChannel | null> {
    const manager = await this.managerOf();
    if (this.closed) return null;
    const known = this.channels.get(namespace);
    if (known) return known;
    const socket = manager.socket(namespace, {
      auth: (give: (auth: { token?: string }) => void) =>
        void this.connection.token().then(
          (token) => give(token === null ? {} : { token }),
          () => give({}),
        ),
    });
    const channel = new LiveChannel(socket, this.connection.server, {
      joined: () => this.joined(),
      expelled: (refused) => this.restart(refused),
    });
    this.channels.set(namespace, channel);
    if (this.status.state === 'online') channel.join();
    else if (this.status.state === 'idle') void this.connect();
    return channel;
  }

  private async managerOf(): Promise<Manager> {
    const { Manager } = await import('socket.io-client');
    if (this.manager) return this.manager;
    const base = new URL(this.connection.server);
    this.manager = new Manager(base.origin, {
      path: `${base.pathname.replace(/\/+$/, '')}/socket.io`,
      transports: ['websocket'],
      autoConnect: false,
      // When to come back is decided here: the sign-in may have to be renewed before.
      reconnection: false,
    });
    this.manager.on('close', () => this.lost());
    return this.manager;
  }

  private async connect(): Promise<void> {
    if (this.busy || this.closed || !this.manager) return;
    this.busy = true;
    if (this.status.state !== 'reconnecting') this.say('connecting');
    try {
      if (!(await this.connection.mayConnect(this.refused))) return this.say('signed-out');
      this.refused = false;
      await this.open(this.manager);
      for (const channel of this.channels.values()) channel.join();
    } catch {
      this.retry();
    } finally {
      this.busy = false;
    }
  }

  private open(manager: Manager): Promise<void> {
    return new Promise((resolve, reject) => manager.open((error) => (error ? reject(error) : resolve())));
  }

  private joined(): void {
    this.tries = 0;
    this.say('online');
  }

  private restart(refused: boolean): void {
    this.refused ||= refused;
    this.manager?.engine?.close();
  }

  private lost(): void {
    if (!this.busy && this.channels.size > 0) this.retry();
  }

  private retry(): void {
    if (this.closed) return;
    this.say('reconnecting');
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.connect(), backoff(this.tries, firstWaitMs, longestWaitMs));
    this.tries += 1;
  }

  private tidy(namespace: string): void {
    const channel = this.channels.get(namespace);
    if (!channel?.unused) return;
    this.channels.delete(namespace);
    channel.close();
    if (this.channels.size > 0) return;
    clearTimeout(this.waiting);
    this.manager?.engine?.close();
    this.say('idle');
  }

  private say(state: LiveStatus['state']): void {
    if (this.status.state === state) return;
    this.status = { state, since: Date.now() };
    for (const watcher of [...this.watchers]) watcher(this.status);
  }
}
