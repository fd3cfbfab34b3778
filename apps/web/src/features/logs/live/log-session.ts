import { isFinal, type Task } from '@aicode/contracts';
import { createStore, type StoreApi } from 'zustand/vanilla';

import { nextFollowState, startFollowing, type FollowEvent, type FollowState } from '../model/follow-state.js';
import type { Frames } from './frames.js';
import { lateLooks } from './late-lines.js';
import type { LogPort } from './log-port.js';
import { LogStore, type LogSnapshot } from './log-store.js';

/** A line to bring into view; each request is a new object. */
export interface Jump {
  seq: number;
  align: 'center' | 'start';
}

export interface LogView {
  log: LogSnapshot;
  follow: FollowState;
  jump: Jump | null;
}

export interface SessionOptions {
  task: Task;
  /** The line that the address points at. */
  target: number | null;
  onTask: (task: Task) => void;
}

/** What one reader sees of one log: the log itself, whether its end is kept in view, and where to go next. */
export class LogSession {
  readonly view: StoreApi<LogView>;
  private readonly log: LogStore;
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(
    port: LogPort,
    frames: Frames,
    private readonly options: SessionOptions,
  ) {
    this.log = new LogStore(port, frames, {
      changed: () => this.view.setState({ log: this.log.current() }),
      arrived: (rows, errors) => this.dispatch({ type: 'arrived', rows, errors }),
      task: (task, end) => this.heard(task, end),
    });
    const follow = startFollowing(!isFinal(options.task.state) && options.target === null);
    this.view = createStore<LogView>(() => ({ log: this.log.current(), follow, jump: null }));
    this.log.setFollowing(follow.mode === 'following');
  }

  async open(): Promise<void> {
    const { target } = this.options;
    await this.log.open(target);
    if (target !== null) this.view.setState({ jump: { seq: target, align: 'center' } });
  }

  close(): void {
    this.log.close();
    for (const timer of this.timers) clearTimeout(timer);
  }

  dispatch(event: FollowEvent): void {
    const before = this.view.getState().follow;
    const follow = nextFollowState(before, event);
    if (follow === before) return;
    this.log.setFollowing(follow.mode === 'following');
    this.view.setState({ follow });
  }

  /** Brings a line into view and stays there. */
  async goTo(seq: number): Promise<void> {
    this.dispatch({ type: 'looked' });
    await this.log.showAround(seq);
    this.view.setState({ jump: { seq, align: 'center' } });
  }

  async goToStart(): Promise<void> {
    this.dispatch({ type: 'looked' });
    await this.log.showStart();
    this.view.setState({ jump: { seq: 1, align: 'start' } });
  }

  /** The button, or the End key: to the end, and from then on with it. */
  async resume(): Promise<void> {
    await this.log.showEnd();
    this.view.setState({ jump: null });
    this.dispatch({ type: 'resumed' });
  }

  loadBefore(): void {
    const { log, follow } = this.view.getState();
    // While the end is followed it must not be dropped to make room.
    if (follow.mode === 'following' && log.window.entries.length > 3000) return;
    void this.log.loadBefore();
  }

  loadAfter(): void {
    void this.log.loadAfter();
  }

  private heard(task: Task, end: boolean): void {
    this.options.onTask(task);
    if (!end) return;
    const endedAt = task.ended_at === null ? Date.now() : Date.parse(task.ended_at);
    for (const wait of lateLooks(endedAt, Date.now())) {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        // The next look, or opening the page again, finds what this one does not.
        this.log.lookForLate().catch(() => undefined);
      }, wait);
      this.timers.add(timer);
    }
  }
}
