import { DomainError } from '@aicode/contracts';
import type { Carry, ExecExit, ServedExec, ServedProcess } from '@aicode/exec-stream';

import type { RoomExec } from './room-exec.js';

/**
 * A program that has a ticket and takes its room only when its connection is there: whoever waits for the container sees at once
 * when docker-manager is lost, because the connection ends with it.
 */
export class TicketedExec implements ServedExec {
  /** Resolves when there is nothing of it any more, whether it was started or not. */
  readonly over: Promise<void>;
  private setOver: () => void = () => undefined;
  private preparing = false;
  private ended = false;
  private reason: ExecExit['reason'] = null;
  private room: RoomExec | undefined;

  /** @param prepare takes a room and gets it ready */
  constructor(private readonly prepare: () => Promise<RoomExec>) {
    this.over = new Promise((resolve) => (this.setOver = resolve));
  }

  /** @throws DomainError why there is no room or no program, or executor.refused when it was ended before */
  async start(carry: Carry): Promise<ServedProcess> {
    this.preparing = true;
    try {
      this.refuseIfEnded();
      this.room = await this.prepare();
    } catch (error) {
      this.setOver();
      throw error;
    }
    void this.room.over.then(this.setOver);
    if (this.ended) await this.room.end(this.reason);
    return this.room.start(carry);
  }

  /** Its ticket was not used. */
  giveUp(): void {
    this.ended = true;
    if (!this.preparing) this.setOver();
  }

  /** Ends it, whatever it is at; resolves when nothing of it is left. The reason is for the user. */
  async end(reason: ExecExit['reason'] = null): Promise<void> {
    this.reason ??= reason;
    this.giveUp();
    await this.room?.end(reason);
    await this.over;
  }

  private refuseIfEnded(): void {
    if (this.ended) throw new DomainError('executor.refused', 'The program was ended before it was started.');
  }
}
