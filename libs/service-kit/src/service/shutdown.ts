import type { Logger } from '../log/logger.js';

/** One step may use up the graces of config (a runner's tasks, a CLI's end); what takes longer is left behind. */
const stepTimeoutMs = 30_000;

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
    private readonly timeoutMs = stepTimeoutMs,
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
