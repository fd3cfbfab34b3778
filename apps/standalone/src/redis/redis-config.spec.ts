import { describe, expect, it } from '@jest/globals';
import { redisOptions } from '@aicode/service-kit';

import { chooseAddress, redisUrl } from './redis-address.js';
import { renderRedisConfig } from './redis-config.js';

const rest = {
  password: 'secret',
  dir: '/h/data/redis',
  pidFile: '/h/data/redis/redis.pid',
  log: '/h/data/redis/redis.log',
};

describe('the configuration of the private Redis', () => {
  it('listens on one place only', () => {
    const socket = renderRedisConfig({ address: { socket: '/h/run/redis.sock' }, ...rest });
    expect(socket).toContain('port 0\nunixsocket "/h/run/redis.sock"\nunixsocketperm 600\n');
    const port = renderRedisConfig({ address: { port: 4711 }, ...rest });
    expect(port).toContain('bind 127.0.0.1\nport 4711\n');
    expect(port).not.toContain('unixsocket');
  });

  it('keeps a hostile path inside its quotes', () => {
    const config = renderRedisConfig({ address: { port: 1 }, ...rest, dir: '/h/"\nport 6379\n\\é' });
    expect(config).toContain('dir "/h/\\x22\\x0aport 6379\\x0a\\x5c\\xc3\\xa9"\n');
  });
});

describe('the address of the private Redis', () => {
  it('is a socket if its path fits, else a free port', async () => {
    expect(await chooseAddress('/short.sock')).toEqual({ socket: '/short.sock' });
    expect(await chooseAddress(`/${'é'.repeat(60)}.sock`)).toEqual({ port: expect.any(Number) });
  });

  it.each([{ socket: '/h o/100%/é?#.sock' }, { port: 4711 }])('%j survives the way through its URL', (address) => {
    const options = redisOptions(redisUrl(address, 'p:w@/%'));
    expect(options).toMatchObject({
      password: 'p:w@/%',
      ...('socket' in address ? { path: address.socket } : address),
    });
  });
});
