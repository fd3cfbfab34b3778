import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, statfs } from 'node:fs/promises';

import {
  DomainError,
  resolveContainer,
  WorkspaceId,
  type ContainerOwner,
  type DiskMechanism,
  type DockerConfig,
} from '@aicode/contracts';
import type { HomePaths, Logger } from '@aicode/service-kit';

import { chooseMechanism, type ChosenMechanism } from './choose-mechanism.js';
import { DiskWatch, type OnFull } from './disk-watch.js';
import { fullReason } from './full-disk.js';
import {
  detachDeleted,
  isMounted,
  mountLoopDisk,
  prepareLoopDisk,
  unmountLoopDisk,
  type LoopDisk,
} from './loop-disk.js';
import { DiskMeter } from './measured-disk.js';
import { eachOf, OneAtATime } from './in-turn.js';

export interface DisksOptions {
  paths: HomePaths;
  config: DockerConfig;
  log: Logger;
  /** User that the platform runs as; that of the process if not given. */
  uid?: number;
}

export interface DiskUsage {
  mechanism: DiskMechanism;
  /** Bytes; null while they are not measured yet. */
  used: number | null;
  limit: number;
}

/** How long a question for figures waits for a walk through a large workspace (ms). */
const measurePatience = 1500;
/** Disks mounted or unmounted side by side. */
const atOnce = 4;

/** The disks of the workspaces of this node: their file systems, their use, and what happens when they are full. */
export class Disks {
  private readonly turns = new OneAtATime();
  private readonly mounted = new Set<string>();
  private readonly meter: DiskMeter;
  private readonly watches: DiskWatch;

  private constructor(
    private readonly options: DisksOptions & { uid: number },
    /** For the disks of new workspaces, and why. */
    readonly chosen: ChosenMechanism,
  ) {
    this.meter = new DiskMeter(options.config.disk_check_every);
    this.watches = new DiskWatch(options.log);
  }

  /**
   * Finds out what the node can, and mounts the disks that there are.
   * @throws DomainError config.invalid if the configuration demands what the node cannot.
   */
  static async start(options: DisksOptions): Promise<Disks> {
    const { paths, config, log, uid = process.geteuid?.() ?? 0 } = options;
    const chosen = await chooseMechanism({ wanted: config.disk_mechanism, place: paths.runDir, uid, log });
    log.info(chosen, 'how disks are limited');
    const disks = new Disks({ ...options, uid }, chosen);
    await disks.mountAll();
    return disks;
  }

  /**
   * The disk of a workspace is there, of this size or (if it is in use, or was larger) another.
   * @throws DomainError storage.unavailable
   */
  prepare(workspaceId: string, bytes: number): Promise<DiskMechanism> {
    return this.turns.run(workspaceId, async () => {
      const paths = this.options.paths.workspace(workspaceId);
      // An image of earlier times holds the workspace's files, whatever the node prefers for new ones.
      if (this.chosen.mechanism === 'loop' || existsSync(paths.diskImage)) {
        const mechanism = await this.attempt(workspaceId, () => this.prepareImage(paths, bytes));
        if (mechanism === 'loop') this.mounted.add(workspaceId);
        if (mechanism === 'loop') return mechanism;
      }
      await mkdir(paths.disk, { recursive: true, mode: 0o711 });
      return 'measured';
    });
  }

  mechanismOf(workspaceId: string): DiskMechanism {
    return this.mounted.has(workspaceId) ? 'loop' : 'measured';
  }

  /** Changes when the directory that containers mount is another file system than before: those made earlier see the old one. */
  async mountId(workspaceId: string): Promise<string> {
    const { dev } = await stat(this.options.paths.workspace(workspaceId).disk);
    return String(dev);
  }

  async usage(owner: ContainerOwner): Promise<DiskUsage> {
    if (this.mechanismFor(owner) === 'loop') {
      const { bsize, blocks, bfree, bavail } = await statfs(this.options.paths.workspace(owner.workspace_id).disk);
      // ext4 keeps some blocks for itself: neither free nor used.
      return { mechanism: 'loop', used: (blocks - bfree) * bsize, limit: (blocks - bfree + bavail) * bsize };
    }
    const used = await this.meter.estimate(owner.workspace_id, this.directories(owner), measurePatience);
    return { mechanism: 'measured', used, limit: resolveContainer(owner.container, this.options.config).disk };
  }

  /**
   * Looks at the disk of a workspace where something runs, every docker.disk_check_every; over `bytes`, or with too
   * little free on the host, calls `onFull` once. Gives what ends it.
   */
  watch(owner: ContainerOwner, bytes: number, onFull: OnFull): () => void {
    const { workspace_id: workspaceId } = owner;
    const look = async (): Promise<string | undefined> => {
      const measured = this.mechanismFor(owner) === 'measured';
      const used = measured ? await this.meter.measure(workspaceId, this.directories(owner)) : null;
      return fullReason({
        used,
        limit: bytes,
        hostFree: await this.hostFree(owner),
        floor: this.options.config.disk_floor,
      });
    };
    return this.watches.add(workspaceId, { look, pause: () => this.meter.pause(workspaceId) }, onFull);
  }

  /** A workspace goes: nothing looks at its disk any more, and it is unmounted. Its files stay. */
  release(workspaceId: string): Promise<void> {
    return this.turns.run(workspaceId, async () => {
      this.watches.end(workspaceId);
      this.meter.forget(workspaceId);
      const { log, paths } = this.options;
      await this.attempt(workspaceId, () => unmountLoopDisk(paths.workspace(workspaceId), log, { force: true }));
      this.mounted.delete(workspaceId);
    });
  }

  /** Ends all looking and unmounts what nothing uses. */
  async stop(): Promise<void> {
    this.watches.stop();
    this.meter.stop();
    const { log, paths } = this.options;
    await eachOf([...this.mounted], atOnce, (workspaceId) =>
      this.turns.run(workspaceId, async () => {
        const free = await unmountLoopDisk(paths.workspace(workspaceId), log);
        if (free) this.mounted.delete(workspaceId);
        else log.info({ workspace_id: workspaceId }, 'a disk is in use and stays mounted');
      }),
    );
  }

  private async prepareImage(paths: LoopDisk, bytes: number): Promise<DiskMechanism> {
    if (this.options.uid === 0) return prepareLoopDisk(paths, bytes, this.options.log);
    if (await isMounted(paths)) return 'loop';
    throw new DomainError(
      'storage.unavailable',
      "The workspace's files are in a disk image, and only a platform that runs as root can mount it. Start the platform as root, as before.",
    );
  }

  /** One that fails does not keep the others from their files. */
  private async mountAll(): Promise<void> {
    const { paths, log } = this.options;
    const names = await readdir(paths.workspaces).catch(() => []);
    const ids = names.filter(
      (name) => WorkspaceId.safeParse(name).success && existsSync(paths.workspace(name).diskImage),
    );
    if (this.options.uid === 0) await detachDeleted(paths.workspaces, log);
    await eachOf(ids, atOnce, async (workspaceId) => {
      const disk = paths.workspace(workspaceId);
      try {
        // Without the right to mount, prepare() says what is wrong, to whom it concerns.
        if (this.options.uid === 0) await mountLoopDisk(disk);
      } catch (error) {
        log.error({ err: error, workspace_id: workspaceId }, 'the disk of a workspace could not be mounted');
      }
      if (await isMounted(disk)) this.mounted.add(workspaceId);
    });
  }

  /** A path bound in place is on no disk of ours. */
  private mechanismFor(owner: ContainerOwner): DiskMechanism {
    const { disk } = this.options.paths.workspace(owner.workspace_id);
    return owner.project_path.startsWith(`${disk}/`) ? this.mechanismOf(owner.workspace_id) : 'measured';
  }

  private directories(owner: ContainerOwner): string[] {
    return [owner.project_path, this.options.paths.workspace(owner.workspace_id).state];
  }

  /** Of the file system with the least, of the home's and the project's; a disk of our own is no file system of the host. */
  private async hostFree(owner: ContainerOwner): Promise<number> {
    const places = [this.options.paths.workspaces];
    if (this.mechanismFor(owner) === 'measured') places.push(owner.project_path);
    const free = await Promise.all(
      places.map(async (place) => {
        const { bavail, bsize } = await statfs(place);
        return bavail * bsize;
      }),
    );
    return Math.min(...free);
  }

  private async attempt<T>(workspaceId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof DomainError) throw error;
      this.options.log.error({ err: error, workspace_id: workspaceId }, 'the disk of a workspace fails');
      throw new DomainError(
        'storage.unavailable',
        "The workspace's disk could not be mounted or unmounted. The platform's log says why; its administrator has to mend it.",
        {},
        { cause: error },
      );
    }
  }
}
