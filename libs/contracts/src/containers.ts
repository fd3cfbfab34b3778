import { z } from 'zod';

import { Empty } from './primitives.js';
import { defineRpc } from './rpc.js';

/** The Docker engine of a node, as docker-manager finds it. */
export const EngineState = z.object({
  state: z.enum(['up', 'missing', 'unreachable']),
  version: z.string().nullable(),
  api_version: z.string().nullable(),
  storage_driver: z.string().nullable(),
  cgroup_version: z.string().nullable(),
  /** Why it is not up and what to do. */
  reason: z.string().nullable(),
});
export type EngineState = z.infer<typeof EngineState>;

export const containersRpc = defineRpc('docker-manager', 'containers', {
  engine: { input: Empty, output: EngineState, idempotent: true, timeoutMs: 4000 },
});
