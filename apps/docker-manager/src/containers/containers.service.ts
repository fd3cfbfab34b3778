import { containerChanged, DomainError, type ContainerOwner, type ExecTicket, type OpenExec } from '@aicode/contracts';
import { ExecStreamServer, type ExecExit } from '@aicode/exec-stream';
import { ServiceContext } from '@aicode/service-kit';
import { Injectable, type OnModuleInit } from '@nestjs/common';

import { adoptContainers } from './adopt.js';
import { claudeCli } from './claude-cli.js';
import { asDomainError, engineClient, isLost, type EngineClient } from './engine-client.js';
import type { EngineEvent } from './engine-events.js';
import { EngineLink } from './engine-link.js';
import { Images } from './image-check.js';
import { homeId } from './names.js';
import { noNetworks } from './no-network.js';
import { Programs } from './programs.js';
import { RoomExec } from './room-exec.js';
import { checkProgram, roomOwner } from './room-owner.js';
import { socketsFit } from './room-sockets.js';
import type { RoomOwner, RoomView } from './room.js';
import { Rooms } from './rooms.js';

/** How long a ticket may wait for its connection. */
const ticketMs = 15_000;
/** How long a caller waits for the engine to be found, or for the lease of a docker-manager that was killed to run out. */
const engineMs = 15_000;

interface Engine {
  client: EngineClient;
  rooms: Rooms;
  images: Images;
}

/** The containers of this node's workspaces, and the programs in them. */
@Injectable()
export class ContainersService implements OnModuleInit {
  private readonly programs = new Programs();
  private readonly link: EngineLink;
  private readonly outOfMemory = new Map<string, number>();
  private made: Engine | undefined;
  private streams: ExecStreamServer | undefined;
  private cores = 1;

  constructor(private readonly context: ServiceContext) {
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

  /** Takes a room and gets it ready; the program starts when the ticket is used. */
  async open(input: OpenExec, signal: AbortSignal): Promise<ExecTicket> {
    checkProgram(input);
    return this.withEngine(async ({ rooms }, owner) => {
      const held = await rooms.hold(owner);
      const since = this.oomCount(held.workspaceId, held.room);
      const exec = new RoomExec({
        held,
        program: input,
        account: owner.account,
        image: owner.image,
        roomEnv: owner.settings.env,
        toldOutOfMemory: () => this.oomCount(held.workspaceId, held.room) > since,
        log: this.context.log,
      });
      this.programs.add(input, exec);
      if (signal.aborted || !this.streams) {
        exec.giveUp();
        throw new DomainError('executor.unavailable', 'The container was ready too late. Try again.');
      }
      const { url, token } = this.streams.issue(exec, () => exec.giveUp());
      return { url, token };
    }, input);
  }

  endAttempts(workspaceId: string, keep: string[]): Promise<number> {
    return this.programs.endAttempts(workspaceId, keep);
  }

  async start(owner: ContainerOwner): Promise<void> {
    await this.withEngine(({ rooms }, checked) => rooms.start(checked), owner);
  }

  /** Ends what runs in a workspace and stops its containers. The reason is told to whoever watches the programs. */
  async stopWorkspace(workspaceId: string, reason: ExecExit['reason'] = null): Promise<void> {
    await this.programs.endAll(workspaceId, reason);
    await this.asking(() => this.engine().rooms.stop(workspaceId, reason));
  }

  async release(workspaceId: string): Promise<void> {
    await this.programs.endAll(workspaceId);
    await this.asking(() => this.engine().rooms.release(workspaceId));
  }

  /** Containers of workspaces that are not named are nobody's: they go. */
  async retain(workspaceIds: string[]): Promise<void> {
    const kept = new Set(workspaceIds);
    for (const id of this.engine().rooms.workspaces()) if (!kept.has(id)) await this.release(id);
  }

  /** The rooms of a workspace, or all. */
  rooms(workspaceId?: string): RoomView[] {
    return this.made?.rooms.views(workspaceId) ?? [];
  }

  private engine(): Engine {
    this.made ??= this.make();
    return this.made;
  }

  private make(): Engine {
    const { config, paths, log } = this.context;
    const client = engineClient(process.env);
    const id = homeId(paths.home);
    const rooms = new Rooms({
      docker: client.docker,
      config: config.docker,
      setting: { homeId: id, rooms: paths.rooms, cores: () => this.cores },
      networks: noNetworks,
      log,
    });
    const images = new Images(client.docker, () => claudeCli(config.runner.cli_path), id);
    return { client, rooms, images };
  }

  private async withEngine<T>(
    work: (engine: Engine, owner: RoomOwner) => Promise<T>,
    owner: ContainerOwner,
  ): Promise<T> {
    await this.link.ready(engineMs);
    const { config, paths } = this.context;
    const engine = this.engine();
    return this.asking(async () => work(engine, await roomOwner(owner, { config, paths, images: engine.images })));
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

  private async takeOver(cores: number): Promise<void> {
    this.cores = cores;
    const { client, rooms } = this.engine();
    const { config, paths, log } = this.context;
    await adoptContainers({ docker: client.docker, home: paths.home, rooms, maxRooms: config.docker.max_rooms, log });
  }

  private heard({ workspaceId, room, ...rest }: EngineEvent): void {
    const { log, events } = this.context;
    if (rest.event === 'oom') {
      const key = `${workspaceId} ${room}`;
      this.outOfMemory.set(key, this.oomCount(workspaceId, room) + 1);
    }
    if (rest.event === 'died' || rest.event === 'stopped' || rest.event === 'removed') {
      this.engine()
        .rooms.refresh(workspaceId, room)
        .catch((error: unknown) => log.debug({ err: error }, 'a container could not be looked at'));
    }
    void events.publish(containerChanged, { workspace_id: workspaceId, room, ...rest });
  }

  private oomCount(workspaceId: string, room: number): number {
    return this.outOfMemory.get(`${workspaceId} ${room}`) ?? 0;
  }

  private async stop(): Promise<void> {
    await this.streams?.close();
    await this.programs.close();
    this.made?.rooms.close();
    await this.link.stop();
  }
}

function homeTooLong(): DomainError {
  return new DomainError(
    'config.invalid',
    'The path of AICLI_HOME is too long: the sockets below it would not fit into 107 bytes. Set AICLI_HOME to a shorter path.',
  );
}
