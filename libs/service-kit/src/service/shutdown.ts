import type { ServerConfig } from '@aicode/contracts';

import type { Logger } from '../log/logger.js';

const leastStepTimeoutMs = 30_000;
/** A runner's last words about its tasks, when their graces are used up. */
const afterGracesMs = 10_000;

/**
 * How long one step may take, in ms; what takes longer is left behind. A step may use up the graces of config (a runner's
 * tasks, then their CLIs' end): to go on before would close what the tasks still need.
 */
export function stepTimeoutMs({ stop_grace, kill_grace }: ServerConfig['runner']): number {
  return Math.max(leastStepTimeoutMs, stop_grace + kill_grace + afterGracesMs);
}

/** First no more requests, then what the service does, then its application with all that is open on it, then Redis. */
const phases = ['bus', 'service', 'application', 'connections'] as const;
export type ShutdownPhase = (typeof phases)[number];

interface Step {
  name: string;
  stop: () => Promise<void>;
}

/**
 * What must be stopped, phase by phase, and within one in the opposite order of its start. A step that fails or hangs does
 * not keep the others from their turn.
 */
export class Shutdown {
  private readonly steps: Record<ShutdownPhase, Step[]> = { bus: [], service: [], application: [], connections: [] };
  private running: Promise<void> | undefined;

  constructor(
    private readonly log: Logger,
    private readonly timeoutMs: number,
  ) {}

  add(phase: ShutdownPhase, name: string, stop: () => Promise<void>): void {
    this.steps[phase].push({ name, stop });
  }

  /** Runs all steps; the second call waits for the first. */
  run(): Promise<void> {
    this.running ??= this.stopAll();
    return this.running;
  }

  private async stopAll(): Promise<void> {
    for (const phase of phases) {
      const steps = this.steps[phase];
      for (let step = steps.pop(); step; step = steps.pop()) await this.stopOne(step);
    }
  }

  private async stopOne({ name, stop }: Step): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`not stopped within ${this.timeoutMs} ms`)), this.timeoutMs);
    });
    try {
      await Promise.race([stop(), late]);
    } catch (error) {
      this.log.error({ err: error, step: name }, 'could not be stopped properly');
    } finally {
      clearTimeout(timer);
    }
  }
}
