import {
  containerChanged,
  DomainError,
  type ContainerCounts,
  type ContainerOwner,
  type ExecTicket,
  type OpenExec,
  type WorkspaceStats,
} from '@aicode/contracts';
import { ExecStreamServer } from '@aicode/exec-stream';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable, type OnModuleInit } from '@nestjs/common';

import { Disks } from '../disks/disks.service.js';
import { adoptContainers } from './adopt.js';
import { countContainers } from './container-counts.js';
import { homeTooLong, uncountable, withoutEngine } from './containers-refused.js';
import { asDomainError, isLost } from './engine-client.js';
import type { EngineEvent } from './engine-events.js';
import { EngineLink } from './engine-link.js';
import { makeEngine, type Engine } from './make-engine.js';
import { OomNotices } from './oom-notices.js';
import { Programs } from './programs.js';
import { RoomExec } from './room-exec.js';
import { checkProgram, roomOwner } from './room-owner.js';
import { socketsFit } from './room-sockets.js';
import type { HeldRoom, RoomOwner, RoomView } from './room.js';
import { TicketedExec } from './ticketed-exec.js';
import { workspaceStats } from './workspace-stats.js';

const stopAllMs = 10_000;
/** How long a ticket may wait for its connection. */
const ticketMs = 15_000;
/** How long a caller waits for the engine to be found, or for the lease of a docker-manager that was killed to run out. */
const engineMs = 15_000;

/** The containers of this node's workspaces, and the programs in them. */
@Injectable()
export class ContainersService implements OnModuleInit {
  private readonly programs = new Programs();
  private readonly link: EngineLink;
  private unnamed: ReadonlySet<string> = new Set();
  private readonly outOfMemory = new OomNotices();
  private made: Engine | undefined;
  private streams: ExecStreamServer | undefined;
  private cores = 1;

  constructor(
    private readonly context: ServiceContext,
    private readonly disks: Disks,
  ) {
    const { paths, redis, log } = context;
    this.link = new EngineLink({
      client: () => this.engine().client,
      home: paths.home,
      redis: redis.shared,
      log,
      onFound: (cores) => this.takeOver(cores),
      onEvent: (event) => this.heard(event),
    });
  }

  async onModuleInit(): Promise<void> {
    const { config, paths, log } = this.context;
    if (config.executor.kind === 'process') return;
    if (!socketsFit(paths.rooms)) throw homeTooLong();
    const { stream_host, stream_port, stream_url } = config.docker;
    this.streams = await ExecStreamServer.listen({
      host: stream_host,
      port: stream_port,
      ...(stream_url === undefined ? {} : { publicUrl: stream_url }),
      ticketMs,
      onError: (error, doing) => log.warn({ err: error }, `a problem while ${doing}`),
    });
    this.context.onStop('containers', () => this.stop());
    this.link.start();
  }

  /** A ticket for one program; its room is taken, and got ready, when the ticket is used. */
  open(input: OpenExec): ExecTicket {
    checkProgram(input);
    if (!this.streams) throw withoutEngine();
    const exec = new TicketedExec(() =>
      this.withEngine(input, async ({ rooms }, owner) => {
        const inRoom = this.program(await rooms.hold(owner), input, owner);
        const unwatch = this.disks.watch(input, owner.settings.disk, (id, why) => this.diskIsFull(id, why));
        void inRoom.over.then(unwatch);
        return inRoom;
      }),
    );
    this.programs.add(input, exec);
    const { url, token } = this.streams.issue(exec, () => exec.giveUp());
    return { url, token };
  }

  endAttempts(workspaceId: string, keep: string[]): Promise<number> {
    return this.programs.endAttempts(workspaceId, keep);
  }

  async start(owner: ContainerOwner): Promise<WorkspaceStats> {
    await this.withEngine(owner, ({ rooms }, checked) => rooms.start(checked));
    return this.stats(owner);
  }

  /** Room 0 is made, started and paused, ahead of its first use; not while the engine is away. */
  async makeAhead(owner: ContainerOwner): Promise<void> {
    if (!(await this.ready())) return;
    await this.withEngine(owner, ({ rooms }, checked) => rooms.start(checked, { ahead: true }));
  }

  /** What was made ahead goes, unless somebody has asked for it in this moment. */
  async removeUnused(workspaceId: string): Promise<void> {
    if (this.views(workspaceId).some(({ used }) => used)) return;
    await this.asking(() => this.engine().rooms.release(workspaceId));
  }

  /** The rooms of a workspace. */
  views(workspaceId: string): RoomView[] {
    return this.made?.rooms.views(workspaceId) ?? [];
  }

  async stopRooms(owner: ContainerOwner): Promise<WorkspaceStats> {
    await this.programs.endAll(owner.workspace_id);
    if (await this.ready()) await this.asking(() => this.engine().rooms.stop(owner.workspace_id));
    return this.stats(owner);
  }

  async stats(owner: ContainerOwner): Promise<WorkspaceStats> {
    const engine = (await this.ready()) ? this.engine() : undefined;
    return workspaceStats(owner, this.disks, this.context.config.docker, engine);
  }

  async counts(workspaceIds: string[] | null): Promise<ContainerCounts> {
    if (this.streams && !(await this.ready())) throw uncountable();
    return countContainers(this.streams ? this.engine().rooms.views() : [], workspaceIds);
  }

  async release(workspaceId: string): Promise<void> {
    await this.programs.endAll(workspaceId);
    // Without the engine nothing runs; what it has still goes by `retain` when it is back.
    if (await this.ready()) await this.asking(() => this.engine().rooms.release(workspaceId));
    await this.disks.release(workspaceId);
  }

  /** Containers of workspaces that are not named twice in a row are nobody's: they go. One may be younger than the list. */
  async retain(workspaceIds: string[]): Promise<void> {
    if (!(await this.ready())) return;
    const { rooms, networks } = this.engine();
    const kept = new Set(workspaceIds);
    const unnamed = rooms.unusedWorkspaces().filter((id) => !kept.has(id));
    for (const id of unnamed) if (this.unnamed.has(id)) await this.release(id);
    this.unnamed = new Set(unnamed);
    await this.asking(() => networks.retain(workspaceIds));
  }

  private program(held: HeldRoom, input: OpenExec, owner: RoomOwner): RoomExec {
    return new RoomExec({
      held,
      program: input,
      account: owner.account,
      image: owner.image,
      roomEnv: owner.settings.env,
      toldOutOfMemory: this.outOfMemory.watch(held.workspaceId, held.room),
      oomKills: () => this.engine().sampler.oomKills({ id: held.container.id, pid: held.pid }),
      log: this.context.log,
    });
  }

  private async withEngine<T>(
    owner: ContainerOwner,
    work: (engine: Engine, owner: RoomOwner) => Promise<T>,
  ): Promise<T> {
    if (!this.streams) throw withoutEngine();
    await this.link.ready(engineMs);
    const { config, paths } = this.context;
    const engine = this.engine();
    return this.asking(async () => {
      return work(
        engine,
        await roomOwner(owner, { config, paths, images: engine.images, built: engine.built, disks: this.disks }),
      );
    });
  }

  /** What the engine answers, in our words. */
  private async asking<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DomainError) throw error;
      if (!isLost(error)) this.context.log.warn({ err: error }, 'the Docker engine refused');
      throw asDomainError(error, this.engine().client.label, 'The Docker engine could not do it');
    }
  }

  private async ready(): Promise<boolean> {
    return this.streams !== undefined && this.link.isReady();
  }

  private engine(): Engine {
    this.made ??= makeEngine(this.context, () => this.cores);
    return this.made;
  }

  private async takeOver(cores: number): Promise<void> {
    this.cores = cores;
    const { client, rooms, images } = this.engine();
    const { config, paths, log } = this.context;
    await adoptContainers({ docker: client.docker, home: paths.home, rooms, maxRooms: config.docker.max_rooms, log });
    // Looked at once: the first task need not wait for it. What is wrong with it that task says.
    images.check({ name: config.docker.image, network: 'isolated' }).catch(() => undefined);
  }

  private heard({ workspaceId, room, ...rest }: EngineEvent): void {
    const { log, events } = this.context;
    if (rest.event === 'oom') this.outOfMemory.note(workspaceId, room);
    if (rest.reason !== null) this.engine().rooms.noteReason(workspaceId, room, rest.reason);
    if (rest.event === 'died' || rest.event === 'stopped' || rest.event === 'removed') {
      this.engine()
        .rooms.refresh(workspaceId, room)
        .catch((error: unknown) => log.debug({ err: error }, 'a container could not be looked at'));
    }
    void events.publish(containerChanged, { workspace_id: workspaceId, room, ...rest });
  }

  private diskIsFull(workspaceId: string, reason: string): void {
    const { events, log } = this.context;
    const rooms = this.engine().rooms.views(workspaceId);
    log.warn({ workspace: workspaceId, reason }, 'a workspace is stopped because its disk is full');
    const stop = async (): Promise<void> => {
      await this.programs.endAll(workspaceId, 'disk_full');
      await this.engine().rooms.stop(workspaceId, reason);
    };
    stop().catch((error: unknown) =>
      log.warn({ err: error, workspace: workspaceId }, 'a full workspace was not stopped'),
    );
    for (const { room, busy } of rooms) {
      if (!busy) continue;
      void events.publish(containerChanged, {
        workspace_id: workspaceId,
        room,
        state: 'stopped',
        event: 'disk_full',
        reason,
      });
    }
  }

  private async stop(): Promise<void> {
    await this.streams?.close();
    await this.programs.close();
    if (await this.ready()) await this.engine().rooms.close(stopAllMs);
    await this.link.stop();
  }
}
