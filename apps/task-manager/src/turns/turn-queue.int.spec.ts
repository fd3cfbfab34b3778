import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newId, turnQueueName, type TurnJob } from '@aicode/contracts';
import { startRedis, type RunningRedis } from '@aicode/testing';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';

import { jobId } from './job-priority.js';
import { TurnQueue } from './turn-queue.js';

let server: RunningRedis;
let redis: Redis;
let queue: TurnQueue;
let raw: Queue<TurnJob>;
let node = '';
const workers: { worker: Worker; connection: Redis }[] = [];

beforeAll(async () => {
  server = await startRedis();
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
});
beforeEach(() => {
  node = newId('event').replaceAll('_', '-');
  queue = new TurnQueue(redis);
  raw = new Queue<TurnJob>(turnQueueName(node), { connection: redis });
});
afterEach(async () => {
  for (const { worker, connection } of workers.splice(0)) {
    await worker.close();
    connection.disconnect();
  }
  await raw.close();
  await queue.close();
});
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const job = (): TurnJob => ({ workspace_id: newId('workspace'), slot: 0, gen: 3 });

/** Runs the node's jobs by a real worker; resolves with what came of the first. */
function work(process: (data: TurnJob) => Promise<void>): Promise<string> {
  const connection = redis.duplicate();
  const worker = new Worker<TurnJob>(turnQueueName(node), ({ data }) => process(data), { connection });
  workers.push({ worker, connection });
  return new Promise((resolve) => {
    worker.on('failed', () => resolve('failed'));
    worker.on('completed', () => resolve('completed'));
  });
}

const traces = (): Promise<Record<string, number>> => raw.getJobCounts();

describe('the queue of turns in BullMQ', () => {
  it('tries a job once and keeps nothing of it, whatever comes of it (rule 6)', async () => {
    await queue.add(node, job(), 1);
    let tries = 0;
    const processed = await work(() => {
      tries += 1;
      return Promise.reject(new Error('the runner broke'));
    });
    expect(processed).toBe('failed');
    expect(Object.values(await traces()).every((count) => count === 0)).toBe(true);
    expect(tries).toBe(1);
  });

  it('keeps nothing of a job that is done, so that its id is free (rule 6)', async () => {
    const turn = job();
    await queue.add(node, turn, 1);
    expect(await work(() => Promise.resolve())).toBe('completed');
    expect(Object.values(await traces()).every((count) => count === 0)).toBe(true);
    expect(await raw.getJob(jobId(turn))).toBeUndefined();
  });

  it('raises a job that waits, ignores one that is gone, and leaves one alone that is at work (rule 4)', async () => {
    const turn = job();
    await expect(queue.raise(node, turn, 0)).resolves.toBeUndefined();
    await queue.add(node, turn, 2);
    await queue.raise(node, turn, 1);
    expect((await raw.getJob(jobId(turn)))?.priority).toBe(2);

    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const ended = work(() => {
      begin();
      return gate;
    });
    await begun;
    await queue.raise(node, turn, 0);
    expect(await traces()).toMatchObject({ active: 1, prioritized: 0, waiting: 0 });
    expect((await raw.getJob(jobId(turn)))?.priority).toBe(2);
    expect(await queue.activeFor(node, turn, new Date(Date.now() + 60_000))).toBeGreaterThan(50_000);
    finish();
    expect(await ended).toBe('completed');
    expect(await queue.activeFor(node, turn, new Date())).toBeNull();
  });

  it('adds a job once for its id', async () => {
    const turn = job();
    await queue.add(node, turn, 1);
    await queue.add(node, turn, 0);
    expect(await traces()).toMatchObject({ prioritized: 1 });
  });
});
