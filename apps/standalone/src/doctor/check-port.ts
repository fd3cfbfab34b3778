import { once } from 'node:events';
import { createServer } from 'node:net';

import { fail, ok, type Check } from './check.js';

/** @param running url of this home's platform if it runs now */
export async function checkPort(host: string, port: number, running: string | null): Promise<Check> {
  if (running && port !== 0 && new URL(running).port === String(port)) {
    return ok('port', `The platform of this home listens at ${running}.`);
  }
  const server = createServer();
  try {
    server.listen(port, host);
    await once(server, 'listening');
    return ok('port', port === 0 ? 'A free port will be taken.' : `Port ${port} on ${host} is free.`);
  } catch (error) {
    const code: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
    return fail(
      'port',
      code === 'EADDRINUSE'
        ? `Port ${port} on ${host} is taken by another program.`
        : `The platform can't listen on ${host}:${port} (${String(code)}).`,
      'Choose another with AICLI_SERVER_PORT (server.port in server.yaml), or stop that program.',
    );
  } finally {
    server.close();
  }
}
