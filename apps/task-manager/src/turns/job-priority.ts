import type { TurnJob } from '@aicode/contracts';

/**
 * BullMQ's priority of a slot's job: the class of its best task. BullMQ takes 1 … 2^21 − 1, the smaller the sooner; 0 would
 * stand before all (measured with bullmq 6.7). It is a hint: the claim chooses by class, fair share and age.
 * @param rank 0 high, 1 medium, 2 low
 */
export function jobPriority(rank: number): number {
  return rank + 1;
}

/** BullMQ refuses ids of digits only or with a colon; the generation keeps a wake-up from being lost behind an active job. */
export function jobId(job: TurnJob): string {
  return `${job.workspace_id}_${job.slot}_${job.gen}`;
}
