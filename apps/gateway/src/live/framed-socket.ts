import { DomainError, frameEvent, newId, toWireError, type CommandAck, type Envelope } from '@aicode/contracts';
import { runInRequest } from '@aicode/service-kit';

import type { OpenStream } from '../auth/open-streams.js';
import { RateBucket } from '../http/rate-bucket.js';
import { errorFrame, type Subject } from './envelope.js';
import { frameRate } from './limits.js';
import type { LiveSocket } from './live-socket.js';

/** A socket that speaks in frames, whatever its namespace is about: how fast it may send, how it is answered, when it is closed. */
export class FramedSocket {
  private readonly rate = new RateBucket(frameRate);

  /** `run` does what a frame asks for, or says why not by an error. */
  constructor(
    private readonly socket: LiveSocket,
    private readonly open: OpenStream,
    private readonly run: (frame: unknown) => Promise<void>,
  ) {
    socket.on(frameEvent, (frame, acknowledge) => void this.receive(frame, acknowledge));
    socket.onAny((event: unknown) => {
      if (event !== frameEvent) this.refuseEvent();
    });
    socket.once('disconnect', () => open.release());
    open.signal.addEventListener('abort', () => this.closeByUs(), { once: true });
  }

  emit(frame: Envelope): void {
    this.socket.emit(frameEvent, frame);
  }

  private async receive(frame: unknown, acknowledge: ((answer: CommandAck) => void) | undefined): Promise<void> {
    if (!this.mayGoOn()) return;
    const canAcknowledge = typeof acknowledge === 'function';
    try {
      const scope = { requestId: newId('request'), actor: this.socket.data.principal.actor };
      await runInRequest(scope, () => this.run(frame));
      if (canAcknowledge) acknowledge({ ok: true });
    } catch (error) {
      const { code, message } = toWireError(error);
      if (canAcknowledge) acknowledge({ ok: false, code, message });
      else this.emit(errorFrame(this.subject, error));
    }
  }

  private refuseEvent(): void {
    if (!this.mayGoOn()) return;
    const error = new DomainError('request.invalid', `Send commands as frames, on the event "${frameEvent}".`);
    this.emit(errorFrame(this.subject, error));
  }

  private mayGoOn(): boolean {
    if (this.rate.take()) return true;
    const error = new DomainError('request.rate_limited', 'Too many frames at once: this socket is closed.');
    this.emit(errorFrame(this.subject, error));
    this.socket.disconnect();
    return false;
  }

  private closeByUs(): void {
    if (this.open.signal.reason === 'session_ended') {
      this.emit(
        errorFrame(this.subject, new DomainError('auth.session_ended', 'This session has ended. Sign in again.')),
      );
    } else if (this.open.signal.reason === 'token_expired') {
      const error = new DomainError('auth.token_invalid', 'The access token has run out. Come back with a fresh one.');
      this.emit(errorFrame(this.subject, error));
    }
    this.socket.disconnect();
  }

  private get subject(): Subject {
    return { workspaceId: this.socket.data.workspaceId, taskId: null };
  }
}
