import { join } from 'node:path';

/** What the private Redis needs to know of AICLI_HOME. */
export interface RedisHome {
  redisDir: string;
  runDir: string;
}

/** One way of running the server on the data: `serve` for the platform, `recover` for nobody but the repair. */
export interface RedisRun {
  config: string;
  pidFile: string;
  socket: string;
}

export interface RedisFiles {
  dir: string;
  log: string;
  lastRun: string;
  serve: RedisRun;
  recover: RedisRun;
}

export function redisFiles(home: RedisHome): RedisFiles {
  const run = (name: string): RedisRun => ({
    config: join(home.redisDir, `${name}.conf`),
    pidFile: join(home.redisDir, `${name}.pid`),
    socket: join(home.runDir, `${name}.sock`),
  });
  return {
    dir: home.redisDir,
    log: join(home.redisDir, 'redis.log'),
    lastRun: join(home.redisDir, 'last-run.json'),
    serve: run('redis'),
    recover: run('redis-recover'),
  };
}
