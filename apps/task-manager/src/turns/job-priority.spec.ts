import { describe, expect, it } from '@jest/globals';

import { jobId, jobPriority } from './job-priority.js';

describe('jobs of turns', () => {
  it('have a priority that BullMQ accepts, better classes first', () => {
    expect([0, 1, 2].map(jobPriority)).toEqual([1, 2, 3]);
  });

  it('have an id without a colon that changes with the generation', () => {
    const job = { workspace_id: 'ws_1', slot: 0, gen: 7 };
    expect(jobId(job)).toBe('ws_1_0_7');
    expect(jobId({ ...job, gen: 8 })).not.toBe(jobId(job));
  });
});
