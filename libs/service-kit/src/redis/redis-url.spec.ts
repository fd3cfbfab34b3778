import { describe, expect, it } from '@jest/globals';

import { redisOptions } from './redis-url.js';

describe('redisOptions', () => {
  it.each([
    ['redis://', { host: '127.0.0.1', port: 6379, db: 0 }],
    ['redis://host', { host: 'host', port: 6379, db: 0 }],
    ['redis://[::1]:7000/2', { host: '::1', port: 7000, db: 2 }],
    ['redis://:p%40ss@host:1?db=3', { host: 'host', port: 1, password: 'p@ss', db: 3 }],
    [
      'rediss://user:pw@host:6380',
      { host: 'host', port: 6380, username: 'user', password: 'pw', tls: { servername: 'host' }, db: 0 },
    ],
    ['unix:///run/redis.sock', { path: '/run/redis.sock', db: 0 }],
    ['unix://:p%3Aw@/run/redis.sock?db=1', { path: '/run/redis.sock', password: 'p:w', db: 1 }],
    ['unix://u:pw@/run/redis.sock', { path: '/run/redis.sock', username: 'u', password: 'pw', db: 0 }],
    ['unix:///run/redis.sock?password=p%40w', { path: '/run/redis.sock', password: 'p@w', db: 0 }],
  ])('reads %s', (url, expected) => {
    expect(redisOptions(url)).toEqual(expected);
  });

  it.each(['http://host', 'unix://relative', 'redis://host/x', 'redis://host:pw:x', ''])('refuses %s', (url) => {
    expect(() => redisOptions(url)).toThrow('redis.url is not an address');
  });
});
