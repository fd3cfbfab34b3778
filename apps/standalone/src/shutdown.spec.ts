import { EventEmitter } from 'node:events';

import { ServerConfig } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { createShutdown, stopLimitMs, within } from './shutdown.js';
import { aborted, listenForStop } from './stop-signals.js';

const errors: string[] = [];
const quiet = (): void => undefined;
const log = {
  debug: quiet,
  info: quiet,
  warn: quiet,
  error: (_: unknown, message: string) => void errors.push(message),
};
const never = new Promise<void>(() => undefined);

describe('stopping', () => {
  it('goes in the opposite order, and past a step that fails', async () => {
    const shutdown = createShutdown(log);
    const stopped: string[] = [];
    for (const name of ['lock', 'Redis', 'auth', 'gateway']) {
      shutdown.add(name, () => {
        stopped.push(name);
        return name === 'auth' ? Promise.reject(new Error('no')) : Promise.resolve();
      });
    }
    await shutdown.run();
    expect(stopped).toEqual(['gateway', 'auth', 'Redis', 'lock']);
    expect(errors).toContain('auth did not stop cleanly');
    expect(shutdown.current).toBeNull();
  });

  it('can go on past a step that hangs, and names it', async () => {
    const shutdown = createShutdown(log);
    const stopped: string[] = [];
    shutdown.add('Redis', () => Promise.resolve(void stopped.push('Redis')));
    shutdown.add('auth', () => never);
    expect(await within(shutdown.run(), 20)).toBe(false);
    expect(shutdown.current).toBe('auth');
    expect(await within(shutdown.run(), 1000)).toBe(true);
    expect(stopped).toEqual(['Redis']);
  });

  it.each([
    [{}, 30_000],
    [{ stop_grace: 0, kill_grace: 0 }, 15_000],
    [{ stop_grace: '2m' }, 140_000],
    [{ kill_grace: '1m' }, 85_000],
  ])('lets the graces of %j run out before it cuts', (runner, expected) => {
    expect(stopLimitMs(ServerConfig.parse({ runner }).runner)).toBe(expected);
  });

  it('waits no longer than its limit, nor past a signal', async () => {
    expect(await within(Promise.resolve(), 1000)).toBe(true);
    expect(await within(never, 10)).toBe(false);
    expect(await within(never, 60_000, AbortSignal.abort())).toBe(false);
  });

  it('hears the first signal as polite, the second as urgent', async () => {
    const source = new EventEmitter();
    const stop = listenForStop(source);
    source.emit('SIGTERM');
    await aborted(stop.polite);
    expect(stop.urgent.aborted).toBe(false);
    source.emit('SIGINT');
    await aborted(stop.urgent);
    stop.release();
    expect(source.eventNames()).toEqual([]);
  });
});
