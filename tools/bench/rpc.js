/**
 * What a request over the bus costs: the round trip of a typed, validated, signed RPC between two services, against a bare
 * PING of the same Redis in the same run, and how many the bus carries with 64 in flight. All ends are in this process.
 * Run by `node tools/bench/rpc.js` after `npm run build`; run.js collects run().
 */
import { realpathSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';

import { defineRpc, ServerConfig } from '@aicode/contracts';
import { RpcHandler, startService } from '@aicode/service-kit';
import { startRedis, tempDir } from '@aicode/testing';
import { Controller, Module } from '@nestjs/common';
import { z } from 'zod';

const rounds = 20;
const perRound = 500;
const warmUp = 1000;
const inFlight = 64;
const throughputSeconds = 5;

const text = z.object({ text: z.string().max(1000) });
const benchRpc = defineRpc('task-manager', 'bench', { echo: { input: text, output: text } });

/** @returns {Promise<{ name: string, rows: Record<string, string | number>[] }>} */
export async function run() {
  const redis = await startRedis();
  const home = await tempDir('bench');
  const config = ServerConfig.parse({ log: { level: 'silent' } });
  const platform = { home: home.path, config, redisUrl: redis.socketUrl };
  const started = [];
  try {
    started.push(await startService(echoService(), platform));
    started.push(await startService({ name: 'gateway', module: emptyModule() }, platform));
    const { context } = started[1];
    const echo = context.rpc.client(benchRpc).echo;
    const request = () => echo({ text: 'hello' });
    const ping = () => context.redis.shared.ping();
    await times(warmUp, request);
    await times(warmUp, ping);

    const pings = [];
    const requests = [];
    for (let round = 0; round < rounds; round += 1) {
      pings.push(...(await times(perRound, ping)));
      requests.push(...(await times(perRound, request)));
    }
    return {
      name: `A request over the bus (${cpus().length} cores, Redis on a Unix socket, all ends in one process)`,
      rows: [
        { what: 'bare Redis PING, one after the other', ...latency(pings), per_second: perSecond(pings) },
        { what: 'typed RPC, one after the other', ...latency(requests), per_second: perSecond(requests) },
        { what: `typed RPC, ${inFlight} in flight`, ...(await throughput(request)) },
      ],
    };
  } finally {
    for (const service of started.reverse()) await service.stop();
    await redis.stop();
    await home.remove();
  }
}

/** Plain JavaScript has no decorators: they are called by hand. */
function echoService() {
  class Echo {
    echo(input) {
      return input;
    }
  }
  const descriptor = Object.getOwnPropertyDescriptor(Echo.prototype, 'echo');
  RpcHandler(benchRpc.echo)(Echo.prototype, 'echo', descriptor);
  Controller()(Echo);
  class EchoModule {}
  Module({ controllers: [Echo] })(EchoModule);
  return { name: 'task-manager', module: EchoModule };
}

function emptyModule() {
  class Empty {}
  Module({})(Empty);
  return Empty;
}

/** Milliseconds of each of so many calls, one after the other. */
async function times(count, call) {
  const taken = [];
  for (let i = 0; i < count; i += 1) {
    const before = performance.now();
    await call();
    taken.push(performance.now() - before);
  }
  return taken;
}

async function throughput(call) {
  const end = performance.now() + throughputSeconds * 1000;
  const taken = [];
  const lane = async () => {
    while (performance.now() < end) taken.push(...(await times(1, call)));
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { ...latency(taken), per_second: Math.round(taken.length / throughputSeconds) };
}

function latency(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] * 1000);
  return { p50_us: at(0.5), p99_us: at(0.99) };
}

function perSecond(samples) {
  return Math.round((samples.length / samples.reduce((sum, ms) => sum + ms, 0)) * 1000);
}

function markdown({ name, rows }) {
  const columns = Object.keys(rows[0]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    `### ${name}`,
    '',
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => row[column]))),
  ].join('\n');
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(markdown(await run()));
}
