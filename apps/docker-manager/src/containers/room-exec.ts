import { DomainError, type OpenExec } from '@aicode/contracts';
import type { Carry, ExecExit, ServedProcess } from '@aicode/exec-stream';
import { inside, type Account } from '@aicode/sandbox';
import type { Logger } from '@aicode/service-kit';

import { accountName } from './account-files.js';
import { engineLimits, within } from './engine-client.js';
import { exitCode, exitOf } from './exec-end.js';
import { askToEnd, startExec, type StartedExec } from './exec-start.js';
import type { ImageFacts } from './image-check.js';
import { listenInRoom, type RoomSockets } from './room-sockets.js';
import type { HeldRoom } from './room.js';

export interface RoomProgram {
  held: HeldRoom;
  program: Pick<OpenExec, 'command' | 'args' | 'cwd' | 'env' | 'sockets' | 'tty'>;
  account: Account;
  image: Pick<ImageFacts, 'passwd'>;
  /** Of the workspace's settings: for every program. */
  roomEnv: Record<string, string>;
  /** Whether the engine has told of a lack of memory in the room since. */
  toldOutOfMemory: () => boolean;
  /** How many processes the kernel has killed for memory in the room; null where nobody can tell. */
  oomKills: () => Promise<number | null>;
  log: Logger;
}

/** How long the output of a program that is over may take to come. */
const lastOutputMs = 3000;

/** One program in a room that is its own, from its start until nothing of it is left. Then the room is free. */
export class RoomExec {
  /** Resolves when the room is free again, whether the program was started or not. */
  readonly over: Promise<void>;
  private setOver: () => void = () => undefined;
  private starting: Promise<ServedProcess> | undefined;
  private started: StartedExec | undefined;
  private killedByUs = false;
  private reason: ExecExit['reason'] = null;
  private closed = false;

  constructor(private readonly given: RoomProgram) {
    this.over = new Promise((resolve) => (this.setOver = resolve));
  }

  /** @throws DomainError executor.refused, or when it was ended before */
  start(carry: Carry): Promise<ServedProcess> {
    this.starting ??= this.begin(carry);
    return this.starting;
  }

  /** Ends it, whatever it is at; resolves when nothing of it is left. The reason is for the user. */
  async end(reason: ExecExit['reason'] = null): Promise<void> {
    if (this.closed) return;
    this.reason ??= reason;
    this.killedByUs = true;
    if (!this.starting) return this.close();
    await this.starting.catch(() => undefined);
    await this.kill();
  }

  private async begin(carry: Carry): Promise<ServedProcess> {
    const { held, program, account } = this.given;
    let sockets: RoomSockets | undefined;
    try {
      this.refuseIfEnded();
      sockets = await listenInRoom(held.directory, program.sockets, carry);
      const env = this.environment(sockets);
      const oomBefore = await this.given.oomKills();
      const started = await startExec({ container: held.container, program, env, account });
      this.started = started;
      return this.served(started, sockets, oomBefore);
    } catch (error) {
      await sockets?.close();
      await this.clear();
      await this.close();
      throw error;
    }
  }

  private served(started: StartedExec, sockets: RoomSockets, oomBefore: number | null): ServedProcess {
    const { stream, output, exec, pid } = started;
    const { tty } = this.given.program;
    const exited = this.watch(started, sockets, oomBefore);
    const resize = (columns: number, rows: number): Promise<void> => resizeExec(exec, columns, rows);
    if (tty) void resize(tty.columns, tty.rows).catch(() => undefined);
    return {
      stdin: stream,
      stdout: output.stdout,
      stderr: output.stderr,
      pid,
      exited,
      kill: async () => {
        if (this.closed) return;
        this.killedByUs = true;
        await this.kill();
        await exited;
      },
      terminate: (graceMs) => this.terminate(graceMs, exited),
      ...(tty ? { resize } : {}),
    };
  }

  private async watch(started: StartedExec, sockets: RoomSockets, oomBefore: number | null): Promise<ExecExit> {
    const { held, toldOutOfMemory, oomKills } = this.given;
    const { exec, output, stream } = started;
    const code = await exitCode(exec, held.container, output.ended);
    const oomAfter = await oomKills();
    const outOfMemory = toldOutOfMemory() || (oomAfter ?? 0) > (oomBefore ?? 0);
    output.flood();
    await this.clear();
    await within(lastOutputMs, () => output.ended).catch(() => undefined);
    stream.destroy();
    await sockets.close();
    await this.close();
    return exitOf(code, { killedByUs: this.killedByUs, reason: this.reason, outOfMemory });
  }

  /** Everything in the room ends; the watch notes the end of the program. */
  private async kill(): Promise<void> {
    await this.clear();
    this.started?.output.flood();
    await this.over;
  }

  private async terminate(graceMs: number, exited: Promise<ExecExit>): Promise<void> {
    if (this.closed) return;
    const { held, account, log } = this.given;
    askToEnd(held.container, account).catch((error: unknown) =>
      log.debug({ err: error }, 'a program was not asked to end'),
    );
    const inTime = await within(graceMs, () => exited).catch(() => undefined);
    if (inTime || this.closed) return;
    this.killedByUs = true;
    await this.kill();
  }

  private async clear(): Promise<void> {
    const { held, log } = this.given;
    await held.sweep().catch((error: unknown) => {
      log.warn(
        { err: error, workspace: held.workspaceId, room: held.room },
        'a room could not be swept; its next user does it',
      );
    });
  }

  private async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.given.held.free();
    this.setOver();
  }

  private refuseIfEnded(): void {
    if (!this.killedByUs && !this.closed) return;
    throw new DomainError('executor.refused', 'The program was ended before it was started.');
  }

  private environment(sockets: RoomSockets): Record<string, string> {
    const { held, program, account, image, roomEnv } = this.given;
    const user = accountName(image, account.uid);
    const own = { HOME: inside.home, USER: user, LOGNAME: user, LANG: 'C.UTF-8' };
    const terminal: Record<string, string> = program.tty ? { TERM: 'xterm-256color' } : {};
    return { ...own, ...terminal, ...held.env, ...roomEnv, ...program.env, ...sockets.env };
  }
}

function resizeExec(exec: StartedExec['exec'], columns: number, rows: number): Promise<void> {
  return within(engineLimits.question, async (abortSignal) => {
    await exec.resize({ w: columns, h: rows, abortSignal });
  });
}
