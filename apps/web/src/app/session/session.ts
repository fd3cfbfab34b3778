import type { User, WebSession, WebSessionState } from '@aicode/contracts';
import { createStore, type StoreApi } from 'zustand/vanilla';

import { markOf, stillGood } from './session-mark.js';

/**
 * `unknown`: not asked yet; `expired`: the page stands as it was and the dialog above it asks to sign in again;
 * `signed-out`: nobody is signed in on this page.
 */
export type SessionState =
  { status: 'unknown' | 'signed-out'; user: null } | { status: 'signed-in' | 'expired'; user: User };

export interface Credentials {
  username: string;
  password: string;
}
export interface FirstAdministrator extends Credentials {
  token: string;
}

/** How the session reaches the server and this browser's other tabs. */
export interface SessionPorts {
  state(): Promise<WebSessionState>;
  /** Trades the refresh cookie, which works once; null if it is refused. */
  refresh(): Promise<WebSession | null>;
  signIn(credentials: Credentials): Promise<WebSession>;
  setUp(request: FirstAdministrator): Promise<WebSession>;
  signOut(): Promise<void>;
  /** Runs the work while no other tab does. */
  exclusively<T>(work: () => Promise<T>): Promise<T>;
  /** Tells other tabs of each renewal; null after a sign-out. Not a secret. */
  readMark(): string | null;
  writeMark(mark: string | null): void;
  now(): number;
}

export interface Session {
  readonly store: StoreApi<SessionState>;
  /** Whether somebody is signed in here, or was until just now; asks the server the first time. Throws if it cannot be reached. */
  restore(): Promise<boolean>;
  /**
   * Before a request (or after its refusal): whether it may be sent (again). Renews the cookies when their time is over; all who
   * ask at the same time share one renewal.
   */
  ensure(refused: boolean): Promise<boolean>;
  signIn(credentials: Credentials): Promise<void>;
  setUp(request: FirstAdministrator): Promise<void>;
  signOut(): Promise<void>;
  /** Another tab has renewed, signed in or signed out. */
  otherTab(): Promise<void>;
}

export function createSession(ports: SessionPorts): Session {
  const store = createStore<SessionState>(() => ({ status: 'unknown', user: null }));
  let mark = ports.readMark();
  let renewing: Promise<boolean> | null = null;
  let restoring: Promise<boolean> | null = null;

  const enter = ({ user, expires_in }: WebSession): void => {
    mark = markOf(ports.now() + expires_in * 1000);
    ports.writeMark(mark);
    store.setState({ status: 'signed-in', user });
  };
  const refused = (): false => {
    const { user } = store.getState();
    store.setState(user ? { status: 'expired', user } : { status: 'signed-out', user: null });
    return false;
  };
  /** What the cookies are worth without trading them. */
  const look = async (): Promise<'good' | 'renewable' | 'none'> => {
    const { user, expires_in, renewable } = await ports.state();
    if (!user || expires_in === null) return renewable ? 'renewable' : 'none';
    mark = markOf(ports.now() + expires_in * 1000);
    store.setState({ status: 'signed-in', user });
    return 'good';
  };
  const trade = async (): Promise<boolean> => {
    const written = ports.readMark();
    if (written !== null && written !== mark && stillGood(written, ports.now())) {
      // Another tab has renewed while this one waited for its turn.
      mark = written;
      if ((await look()) === 'good') return true;
    }
    const renewed = await ports.refresh();
    if (!renewed) return refused();
    enter(renewed);
    return true;
  };
  const renew = (): Promise<boolean> => {
    renewing ??= ports.exclusively(trade).finally(() => (renewing = null));
    return renewing;
  };
  const begin = async (): Promise<boolean> => {
    const cookies = await look();
    if (cookies === 'good') return true;
    return cookies === 'renewable' ? renew() : refused();
  };

  return {
    store,
    async restore() {
      const { status } = store.getState();
      if (status === 'signed-in' || status === 'expired') return true;
      restoring ??= begin().finally(() => (restoring = null));
      return restoring;
    },
    async ensure(wasRefused) {
      const { status } = store.getState();
      if (status === 'unknown') return this.restore();
      if (status !== 'signed-in') return false;
      return !wasRefused && mark !== null && stillGood(mark, ports.now()) ? true : renew();
    },
    async signIn(credentials) {
      enter(await ports.signIn(credentials));
    },
    async setUp(request) {
      enter(await ports.setUp(request));
    },
    async signOut() {
      await ports.signOut();
      mark = null;
      ports.writeMark(null);
      store.setState({ status: 'signed-out', user: null });
    },
    async otherTab() {
      const written = ports.readMark();
      if (written === mark) return;
      mark = written;
      if (written === null) refused();
      else if ((await look()) !== 'good') mark = null;
    },
  };
}
