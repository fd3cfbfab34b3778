import type { Container, ContainerState } from '@aicode/contracts';
import type { Account } from '@aicode/sandbox';
import type Docker from 'dockerode';

import type { ImageFacts } from './image-check.js';

/** A workspace as its containers need it: settings in force, real paths of the host, the user that programs run as. */
export interface RoomOwner {
  workspaceId: string;
  settings: Container;
  /** Which file system the paths are on. */
  diskId: string;
  project: string;
  state: string;
  account: Account;
  image: ImageFacts;
}

/** What others may know of a room. */
export interface RoomView {
  workspaceId: string;
  room: number;
  containerId: string | null;
  /** The host's pid of its first process, while it runs and the engine is on this machine. */
  pid: number | null;
  state: ContainerState;
  busy: boolean;
  /** Somebody has asked for it: it was not only made ahead. */
  used: boolean;
  /** The last thing that went wrong with it. */
  reason: string | null;
}

/** A room that its holder has for itself. */
export interface HeldRoom {
  readonly workspaceId: string;
  readonly room: number;
  readonly container: Docker.Container;
  readonly pid: number;
  /** Of the host, mounted at /run/aicli. */
  readonly directory: string;
  /** What the network needs a program to know. */
  readonly env: Record<string, string>;
  /** Ends all that runs in it. */
  sweep(): Promise<void>;
  /** Gives it back; nothing must run in it any more. */
  free(): Promise<void>;
}

/** How rooms reach a network. */
export interface RoomNetworks {
  /** `NetworkMode` of a room's container. Makes the network that it names. */
  mode(owner: RoomOwner): Promise<string>;
  /** Before each program, in a room that runs and where nothing else runs. `fresh`: it was started just now. */
  connect(room: ConnectedRoom): Promise<NetworkOfRoom>;
  /** The workspace goes. */
  release(workspaceId: string): Promise<void>;
  /** Workspaces that are not named are no more. */
  retain(workspaceIds: readonly string[]): Promise<void>;
  /** Connections of a room that the policy refused. */
  refused(workspaceId: string, room: number): number;
}

export interface ConnectedRoom {
  owner: RoomOwner;
  room: number;
  container: Docker.Container;
  pid: number;
  directory: string;
  fresh: boolean;
}

export interface NetworkOfRoom {
  env: Record<string, string>;
  /** After the program's end, when nothing runs in the room any more. */
  close(): Promise<void>;
}

/** One numbered place for a container. What is done to the container is done in turn. */
export class Room {
  busy = false;
  used = false;
  state: ContainerState = 'gone';
  containerId: string | null = null;
  pid: number | null = null;
  reason: string | null = null;
  /** Something may run in it that nobody has in hand. */
  dirty = false;
  private tail: Promise<unknown> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly workspaceId: string,
    readonly index: number,
  ) {}

  view(): RoomView {
    const { workspaceId, index: room, containerId, pid, state, busy, used, reason } = this;
    return { workspaceId, room, containerId, pid, state, busy, used, reason };
  }

  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.tail.then(work, work);
    this.tail = next.catch(() => undefined);
    return next;
  }

  /** Instead of what was to be done later before. */
  later(ms: number, work: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(work, ms);
    this.timer.unref();
  }

  never(): void {
    clearTimeout(this.timer);
  }

  /** Its container runs. */
  runs(container: { id: string; pid: number }): void {
    this.containerId = container.id;
    this.pid = container.pid;
    this.state = 'running';
  }

  /** Its container does not run any more, or is not there. */
  rests(state: 'stopped' | 'paused' | 'gone'): void {
    this.state = state;
    if (state !== 'paused') this.pid = null;
    if (state === 'gone') this.containerId = null;
  }
}
