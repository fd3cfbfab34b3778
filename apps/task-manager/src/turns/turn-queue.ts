import { turnQueueName, type TurnJob } from '@aicode/contracts';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';

import { jobId, jobPriority } from './job-priority.js';

/** The BullMQ queues of turns, one for each node. Retries are not BullMQ's: task-manager is the one authority. */
export class TurnQueue {
  private readonly queues = new Map<string, Queue<TurnJob>>();

  constructor(private readonly connection: Redis) {}

  /** Adding a job that waits already does nothing. */
  async add(node: string, job: TurnJob, rank: number): Promise<void> {
    await this.queue(node).add('turn', job, {
      jobId: jobId(job),
      priority: jobPriority(rank),
      attempts: 1,
      removeOnComplete: true,
      removeOnFail: true,
    });
  }

  /** Only for a better class: the same value would send the job behind its equals. A job that is active or gone needs nothing. */
  async raise(node: string, job: TurnJob, rank: number): Promise<void> {
    const queued = await this.queue(node).getJob(jobId(job));
    if (!queued || (await queued.isActive())) return;
    try {
      await queued.changePriority({ priority: jobPriority(rank) });
    } catch (error) {
      if (await this.queue(node).getJob(jobId(job))) throw error;
    }
  }

  /** For how long the job has been active, in milliseconds; null if it is not. */
  async activeFor(node: string, job: TurnJob, now: Date): Promise<number | null> {
    const queued = await this.queue(node).getJob(jobId(job));
    if (!queued?.processedOn || !(await queued.isActive())) return null;
    return now.getTime() - queued.processedOn;
  }

  async close(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
  }

  private queue(node: string): Queue<TurnJob> {
    const known = this.queues.get(node);
    if (known) return known;
    const queue = new Queue<TurnJob>(turnQueueName(node), { connection: this.connection });
    queue.on('error', () => undefined); // the shared connection reports its own outages
    this.queues.set(node, queue);
    return queue;
  }
}
