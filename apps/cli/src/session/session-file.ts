import { StoredSession, type SessionStorage } from '@aicode/api-client';
import { z } from 'zod';

import { readText, replaceText, whileLocked } from '../private-file.js';

const SessionFile = z.object({
  /** The server of the last `aicli login --server`: used when no other is named. */
  server: z.string().nullable().catch(null),
  sessions: z.record(z.string(), StoredSession.nullable().catch(null)).catch({}),
  /** Servers that the person signed out of: they are not signed in again without being asked. */
  signed_out: z.array(z.string()).catch([]),
});
type SessionFile = z.infer<typeof SessionFile>;

/** aicli's own file (mode 0600): who is signed in where. */
export class SessionStore {
  constructor(private readonly path: string) {}

  async server(): Promise<string | null> {
    return (await this.read()).server;
  }

  setServer(server: string | null): Promise<void> {
    return this.change((file) => ({ ...file, server }));
  }

  async isSignedOut(server: string): Promise<boolean> {
    return (await this.read()).signed_out.includes(server);
  }

  setSignedOut(server: string, out: boolean): Promise<void> {
    return this.change((file) => {
      const others = file.signed_out.filter((name) => name !== server);
      return { ...file, signed_out: out ? [...others, server] : others };
    });
  }

  /** What api-client's session needs for one server. */
  storage(server: string): SessionStorage {
    return {
      read: async () => (await this.read()).sessions[server] ?? null,
      write: (session) =>
        this.change((file) => {
          const sessions = { ...file.sessions };
          if (session) sessions[server] = session;
          else delete sessions[server];
          return { ...file, sessions };
        }),
      // Not the lock of `change`, which the work takes for itself.
      exclusively: (work) => whileLocked(`${this.path}.renew`, work),
    };
  }

  private async read(): Promise<SessionFile> {
    const text = await readText(this.path);
    return SessionFile.safeParse(parseJson(text)).data ?? { server: null, sessions: {}, signed_out: [] };
  }

  private change(work: (file: SessionFile) => SessionFile): Promise<void> {
    return whileLocked(this.path, async () => {
      const changed = work(await this.read());
      await replaceText(this.path, `${JSON.stringify(changed, null, 2)}\n`);
    });
  }
}

/** A file that is torn or of another time is as good as none: one has to sign in again. */
function parseJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}
