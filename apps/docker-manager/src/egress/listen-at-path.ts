import { once } from 'node:events';
import { chmod, rename, rm, stat } from 'node:fs/promises';
import type { Server } from 'node:net';

export interface ListeningPath {
  /** Stops listening and takes the file away, unless somebody else listens there by now. */
  close(): Promise<void>;
}

/** Under a new name first: the file is there only when it answers, and one left by a killed process is replaced. */
export async function listenAtPath(server: Server, path: string): Promise<ListeningPath> {
  const fresh = `${path}+`;
  await rm(fresh, { force: true });
  server.listen(fresh);
  await once(server, 'listening');
  await chmod(fresh, 0o666);
  const { ino } = await stat(fresh);
  await rename(fresh, path);
  return {
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      const found = await stat(path).catch(() => undefined);
      if (found?.ino === ino) await rm(path, { force: true });
      await closed;
    },
  };
}
