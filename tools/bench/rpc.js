/**
 * What a request over the bus costs: the round trip of a typed, validated, signed RPC between two services, against a bare
 * PING of the same Redis in the same run, and how many the bus carries with 64 in flight. All ends are in this process.
 */
import { defineRpc, ServerConfig } from '@aicode/contracts';
import { RpcHandler, startService } from '@aicode/service-kit';
import { startRedis, tempDir } from '@aicode/testing';
import { Controller, Module } from '@nestjs/common';
import { z } from 'zod';

import { percentile, round, times } from './figures.js';

const rounds = 20;
const perRound = 500;
const warmUp = 1000;
const inFlight = 64;
const throughputSeconds = 5;

const text = z.object({ text: z.string().max(1000) });
const benchRpc = defineRpc('task-manager', 'bench', { echo: { input: text, output: text } });

export async function run({ signal }) {
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
    await taken(warmUp, request);
    await taken(warmUp, ping);

    const pings = [];
    const requests = [];
    for (let i = 0; i < rounds; i += 1) {
      signal.throwIfAborted();
      pings.push(...(await taken(perRound, ping)));
      requests.push(...(await taken(perRound, request)));
    }
    return report(pings, requests, await throughput(request));
  } finally {
    for (const service of started.reverse()) await service.stop();
    await redis.stop();
    await home.remove();
  }
}

function report(pings, requests, { samples, perSecond }) {
  const row = (what, milliseconds, rate) => {
    const sorted = milliseconds.toSorted((a, b) => a - b);
    const at = (share) => round(percentile(sorted, share) * 1000);
    return { what, 'p50 (µs)': at(0.5), 'p99 (µs)': at(0.99), 'per second': round(rate) };
  };
  const rate = (milliseconds) => (milliseconds.length * 1000) / milliseconds.reduce((sum, ms) => sum + ms, 0);
  const rows = [
    row('bare Redis PING, one after the other', pings, rate(pings)),
    row('typed RPC, one after the other', requests, rate(requests)),
    row(`typed RPC, ${inFlight} in flight`, samples, perSecond),
  ];
  const [ping, request] = rows;
  return {
    title: 'A request over the bus',
    how:
      `${rounds} rounds of ${perRound} calls each way, in turns: a validated, signed request to another service and its validated answer, ` +
      `against a bare PING on a connection to the same Redis (a Unix socket). Then ${throughputSeconds} s with ${inFlight} requests in flight. Caller ` +
      'and service are in one process, as in standalone.',
    rows,
    ratios: [
      { what: 'typed RPC / bare PING, p50', value: times(request['p50 (µs)'], ping['p50 (µs)']) },
      { what: 'typed RPC / bare PING, p99', value: times(request['p99 (µs)'], ping['p99 (µs)']) },
    ],
  };
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
async function taken(count, call) {
  const milliseconds = [];
  for (let i = 0; i < count; i += 1) {
    const before = performance.now();
    await call();
    milliseconds.push(performance.now() - before);
  }
  return milliseconds;
}

async function throughput(call) {
  const end = performance.now() + throughputSeconds * 1000;
  const samples = [];
  const lane = async () => {
    while (performance.now() < end) samples.push(...(await taken(1, call)));
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { samples, perSecond: samples.length / throughputSeconds };
}
