import type { EngineState, RunnerStatus } from '@aicode/contracts';
import { safeLine } from '@aicode/log-view';

import { sizeWords } from '../terminal/size-words.js';

/** A node as a row of `node list`. */
export function nodeRow({ node, running, max_sessions, executor_description, figures }: RunnerStatus): string[] {
  const { cpu_percent, cores, load, memory_used, memory_total, disk_free } = figures;
  return [
    node,
    `${running} of ${max_sessions}`,
    cpu_percent === null ? `${cores} cores` : `${Math.round(cpu_percent)} % of ${cores}`,
    load.toFixed(2),
    `${sizeWords(memory_used)} of ${sizeWords(memory_total)}`,
    disk_free === null ? 'unknown' : sizeWords(disk_free),
    safeLine(executor_description),
  ];
}

export function engineWords(engine: EngineState | null): string {
  if (engine === null) return 'docker-manager does not answer: nobody knows of a Docker engine.';
  if (engine.state !== 'up') return engine.reason ?? 'There is no Docker engine.';
  const problem = engine.image_problem === null ? '' : ` ${engine.image_problem}`;
  return `Docker engine ${engine.version ?? 'of unknown version'} is up.${problem}`;
}
