/**
 * A process of log readers for log.js: says when all of them are connected, then, when all have had their end, how far each
 * came and the delays of all lines. They do no more with a line than to check its number and its time.
 */
import { get } from 'node:http';

import { createLogger, RedisConnections } from '@aicode/service-kit';

import { percentile } from './figures.js';

process.once('message', (job) => {
  work(job).catch((error) => process.send({ error: String(error?.stack ?? error) }));
});

async function work(job) {
  const readers = Array.from({ length: job.readers }, () => new Reader());
  const reads = await Promise.all(
    readers.map((reader) => (job.kind === 'sse' ? readSse(job, reader) : readRedis(job, reader))),
  );
  process.send({ connected: true });
  await Promise.all(reads.map((read) => read.done));
  const delays = readers.flatMap((reader) => reader.delays).sort((a, b) => a - b);
  process.send({
    readers: readers.map(({ last, lastAt, endAt }) => ({ last, lastAt, endAt })),
    p50: percentile(delays, 0.5),
    p99: percentile(delays, 0.99),
    broken: readers.find(({ broken }) => broken)?.broken,
  });
}

class Reader {
  delays = [];
  last = 0;
  lastAt = 0;
  endAt = 0;
  broken = undefined;

  line(seq, text) {
    if (seq !== this.last + 1) this.broken ??= `${seq} came after ${this.last}`;
    this.last = seq;
    const [, written] = /"message":"([\d.]+) /.exec(text) ?? [];
    if (written === undefined) return; // a line of the platform's own
    this.lastAt = performance.timeOrigin + performance.now();
    this.delays.push(this.lastAt - Number(written));
  }

  end() {
    this.endAt = performance.timeOrigin + performance.now();
  }
}

/** Resolves when the stream is open; `done` when it has ended. */
async function readSse({ url, token, taskId }, reader) {
  const headers = { authorization: `Bearer ${token}`, accept: 'text/event-stream' };
  const response = await new Promise((resolve, reject) => {
    get(`${url}/api/v1/tasks/${taskId}/logs`, { headers, agent: false }, resolve).on('error', reject);
  });
  if (response.statusCode !== 200) throw new Error(`the log was refused with ${response.statusCode}`);
  return { done: takeFrames(response.setEncoding('utf8'), reader) };
}

async function takeFrames(response, reader) {
  let rest = '';
  for await (const chunk of response) {
    const frames = (rest + chunk).split('\n\n');
    rest = frames.pop();
    for (const frame of frames) takeFrame(frame, reader);
  }
  if (reader.endAt === 0) throw new Error(`the stream broke after ${reader.last}`);
}

function takeFrame(frame, reader) {
  const [, cursor, event] = /^(?:id: (\d+)\S*\n)?event: (\w+)$/m.exec(frame) ?? [];
  if (event === 'log') reader.line(Number(cursor), frame);
  if (event === 'reset') reader.broken ??= frame;
  if (event === 'end') reader.end();
}

async function readRedis({ url, key, lines }, reader) {
  const connections = new RedisConnections(url, createLogger({ level: 'silent' }));
  const redis = connections.open({ blocking: true });
  await redis.ping();
  return { done: takeEntries(redis, key, lines, reader).finally(() => connections.close()) };
}

async function takeEntries(redis, key, lines, reader) {
  let id = '0';
  while (reader.last < lines) {
    const streams = await redis.xread('COUNT', 500, 'BLOCK', 10_000, 'STREAMS', key, id);
    if (!streams) throw new Error(`nothing came after ${reader.last}`);
    for (const [entry, [, , , json]] of streams[0][1]) {
      reader.line(Number.parseInt(entry, 10), json);
      id = entry;
    }
  }
  reader.end();
}
