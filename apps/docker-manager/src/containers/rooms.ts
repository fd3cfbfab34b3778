import { DomainError, type DockerConfig } from '@aicode/contracts';
import type { Logger } from '@aicode/service-kit';
import type Docker from 'dockerode';

import { containerState } from './container-state.js';
import { within } from './engine-client.js';
import { inspect, pauseContainer, removeContainer, stopContainer } from './room-container.js';
import type { HeldRoom, RoomNetworks, RoomOwner, RoomView } from './room.js';
import { Room } from './room.js';
import { openRoom, type RoomSetting } from './open-room.js';
import { sweep } from './sweep.js';

const sweepAgainMs = 1000;

export interface RoomsOptions {
  docker: Docker;
  config: DockerConfig;
  setting: RoomSetting;
  networks: RoomNetworks;
  log: Logger;
}

/** Every workspace's rooms on this engine, in the memory of the one service that serves it. */
export class Rooms {
  private readonly all = new Map<string, Map<number, Room>>();

  constructor(private readonly options: RoomsOptions) {}

  views(workspaceId?: string): RoomView[] {
    const found =
      workspaceId === undefined ? [...this.all.values()] : [this.all.get(workspaceId) ?? new Map<number, Room>()];
    return found.flatMap((rooms) => [...rooms.values()].map((room) => room.view())).sort((a, b) => a.room - b.room);
  }

  /** Those where nobody has a room. */
  unusedWorkspaces(): string[] {
    return [...this.all].filter(([, rooms]) => [...rooms.values()].every(({ busy }) => !busy)).map(([id]) => id);
  }

  /** The lowest free room of a workspace, running, for its holder alone. @throws DomainError container.busy */
  async hold(owner: RoomOwner): Promise<HeldRoom> {
    const room = this.takeFree(owner.workspaceId);
    try {
      return await room.inTurn(() => this.open(room, owner));
    } catch (error) {
      this.free(room);
      throw error;
    }
  }

  /** Room 0 runs; nothing is done if a program runs in it. `ahead`: nobody has asked for it yet, so it is paused at once. */
  async start(owner: RoomOwner, { ahead = false } = {}): Promise<void> {
    const room = this.room(owner.workspaceId, 0);
    room.used ||= !ahead;
    if (room.busy) return;
    await room.inTurn(async () => {
      if (room.busy) return;
      const ready = await openRoom(this.options, owner, room.index);
      room.runs(ready);
      if (room.used) this.restLater(room);
      else await this.pause(room);
    });
  }

  /** All containers of the workspace stop, whatever runs in them. */
  async stop(workspaceId: string, reason: string | null = null): Promise<void> {
    await this.each(workspaceId, async (room, container) => {
      // Before the engine tells of the end: that is not the cause.
      room.reason = reason;
      room.never();
      await stopContainer(container);
      room.rests('stopped');
    });
  }

  /** All containers of the workspace are removed, whatever runs in them. */
  async release(workspaceId: string): Promise<void> {
    await this.each(workspaceId, (room) => this.remove(room));
    await this.options.networks.release(workspaceId);
    if ([...(this.all.get(workspaceId)?.values() ?? [])].every((room) => !room.busy)) this.all.delete(workspaceId);
  }

  /** The containers that there were are not known to be there any more: `adopt` follows for those that are. */
  forget(): void {
    for (const rooms of this.all.values()) for (const room of rooms.values()) if (!room.busy) room.rests('gone');
  }

  /**
   * Takes a container that was there before us. `empty` ends all that runs in it and tells what is left: its id, and the pid of its
   * first process if it runs. A room whose holder we know is left to its holder.
   */
  async adopt(
    workspaceId: string,
    index: number,
    empty: () => Promise<{ id: string; pid?: number } | undefined>,
  ): Promise<void> {
    const room = this.room(workspaceId, index);
    await room.inTurn(async () => {
      if (room.busy) return;
      const found = await empty();
      room.containerId = found?.id ?? null;
      room.dirty = false;
      if (found?.pid !== undefined) room.runs({ id: found.id, pid: found.pid });
      else room.rests(found ? 'stopped' : 'gone');
      if (!room.busy) this.restLater(room);
    });
  }

  /** Looks at the container again: something happened to it. */
  async refresh(workspaceId: string, index: number): Promise<void> {
    const room = this.all.get(workspaceId)?.get(index);
    await room?.inTurn(async () => {
      if (room.containerId === null) return;
      const found = await inspect(this.options.docker.getContainer(room.containerId));
      const state = found ? containerState(found.State.Status) : 'gone';
      if (found && state === 'running') room.runs({ id: found.Id, pid: found.State.Pid });
      else room.rests(state === 'paused' || state === 'gone' ? state : 'stopped');
    });
  }

  noteReason(workspaceId: string, index: number, reason: string): void {
    const room = this.all.get(workspaceId)?.get(index);
    // The first one is the cause; what follows from it comes later.
    if (room) room.reason ??= reason;
  }

  /** No container runs on without the platform: they stop, and start again sooner than new ones. */
  async close(patienceMs: number): Promise<void> {
    for (const rooms of this.all.values()) for (const room of rooms.values()) room.never();
    const stopped = [...this.all.keys()].map((id) => this.stop(id));
    await within(patienceMs, () => Promise.all(stopped)).catch((error: unknown) => {
      this.options.log.warn({ err: error }, 'some containers could not be stopped; the next start takes them over');
    });
  }

  private room(workspaceId: string, index: number): Room {
    const rooms = this.all.get(workspaceId) ?? new Map<number, Room>();
    this.all.set(workspaceId, rooms);
    const room = rooms.get(index) ?? new Room(workspaceId, index);
    rooms.set(index, room);
    return room;
  }

  private takeFree(workspaceId: string): Room {
    const most = this.options.config.max_rooms;
    for (let index = 0; index < most; index += 1) {
      const room = this.room(workspaceId, index);
      if (room.busy) continue;
      room.busy = true;
      room.used = true;
      room.never();
      return room;
    }
    throw new DomainError(
      'container.busy',
      `All ${most} containers of this workspace are at work. Wait for one of its tasks or programs to end, or raise docker.max_rooms.`,
      { retry_after_s: 5 },
    );
  }

  private async open(room: Room, owner: RoomOwner): Promise<HeldRoom> {
    const ready = await openRoom(this.options, owner, room.index);
    room.runs(ready);
    room.reason = null;
    if (room.dirty && !ready.fresh) await sweep(ready.container);
    room.dirty = true;
    const place = { owner, room: room.index, container: ready.container, pid: ready.pid, directory: ready.directory };
    const network = await this.options.networks.connect({ ...place, fresh: ready.fresh });
    let held = true;
    return {
      ...place,
      workspaceId: room.workspaceId,
      env: network.env,
      sweep: () => this.sweep(room, ready.container),
      free: async () => {
        if (!held) return;
        held = false;
        await network.close().catch((error: unknown) => {
          this.options.log.warn({ err: error }, 'the network of a room could not be closed');
        });
        this.free(room);
      },
    };
  }

  private async sweep(room: Room, container: Docker.Container): Promise<void> {
    const result = await sweep(container);
    room.dirty = false;
    if (result !== 'swept') room.rests('stopped');
  }

  private free(room: Room): void {
    room.busy = false;
    this.restLater(room);
  }

  private restLater(room: Room): void {
    const { pause_after, stop_after } = this.options.config;
    if (room.state === 'gone') return;
    if (room.dirty) return room.later(sweepAgainMs, () => void room.inTurn(() => this.sweepUnused(room)));
    const first = room.state === 'running' && pause_after < stop_after;
    room.later(first ? pause_after : stop_after, () => {
      const rest = first ? () => this.pause(room) : () => this.stopUnused(room);
      void room.inTurn(rest).catch((error: unknown) => {
        this.options.log.warn(
          { err: error, workspace: room.workspaceId },
          'an unused container could not be put to rest',
        );
      });
    });
  }

  /** What its last program left could not be ended then; the engine was away, or had too much to do. */
  private async sweepUnused(room: Room): Promise<void> {
    if (room.busy || room.containerId === null) return;
    await this.sweep(room, this.options.docker.getContainer(room.containerId)).catch(() => undefined);
    this.restLater(room);
  }

  private async pause(room: Room): Promise<void> {
    if (room.busy || room.state !== 'running' || room.containerId === null) return;
    await pauseContainer(this.options.docker.getContainer(room.containerId));
    room.rests('paused');
    const { pause_after, stop_after } = this.options.config;
    room.later(stop_after - pause_after, () => void room.inTurn(() => this.stopUnused(room)).catch(() => undefined));
  }

  /** Room 0 keeps its container, which starts sooner than a new one. */
  private async stopUnused(room: Room): Promise<void> {
    if (room.busy || room.containerId === null) return;
    if (room.index > 0) return this.remove(room);
    await stopContainer(this.options.docker.getContainer(room.containerId));
    room.rests('stopped');
  }

  private async remove(room: Room): Promise<void> {
    room.never();
    if (room.containerId !== null) await removeContainer(this.options.docker.getContainer(room.containerId));
    room.rests('gone');
  }

  private async each(
    workspaceId: string,
    work: (room: Room, container: Docker.Container) => Promise<void>,
  ): Promise<void> {
    const rooms = [...(this.all.get(workspaceId)?.values() ?? [])];
    await Promise.all(
      rooms.map((room) =>
        room.inTurn(async () => {
          if (room.containerId !== null) await work(room, this.options.docker.getContainer(room.containerId));
        }),
      ),
    );
  }
}
