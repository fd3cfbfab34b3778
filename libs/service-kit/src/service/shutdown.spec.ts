import { ServerConfig } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { createLogger } from '../log/logger.js';
import { Shutdown, stepTimeoutMs } from './shutdown.js';

describe('Shutdown', () => {
  const recorded = () => {
    const lines: string[] = [];
    return { lines, log: createLogger({ level: 'info' }, { write: (line: string) => void lines.push(line) }) };
  };

  it('stops the last first, once, also what is added while it stops', async () => {
    const { log } = recorded();
    const shutdown = new Shutdown(log, 5000);
    const stopped: string[] = [];
    const step = (name: string, more?: () => void) =>
      shutdown.add('service', name, () => {
        stopped.push(name);
        more?.();
        return Promise.resolve();
      });
    step('first');
    step('second', () => step('late'));
    step('third');
    await Promise.all([shutdown.run(), shutdown.run()]);
    expect(stopped).toEqual(['third', 'second', 'late', 'first']);
  });

  it('goes through the phases in their order, whenever a step was added', async () => {
    const shutdown = new Shutdown(recorded().log, 5000);
    const stopped: string[] = [];
    for (const phase of ['connections', 'service', 'application', 'bus', 'service'] as const) {
      shutdown.add(phase, phase, () => Promise.resolve(void stopped.push(phase)));
    }
    await shutdown.run();
    expect(stopped).toEqual(['bus', 'service', 'service', 'application', 'connections']);
  });

  it('goes on after a step that fails, and says which it was', async () => {
    const { log, lines } = recorded();
    const shutdown = new Shutdown(log, 5000);
    const stopped: string[] = [];
    shutdown.add('service', 'good', () => Promise.resolve(void stopped.push('good')));
    shutdown.add('service', 'bad', () => Promise.reject(new Error('stuck')));
    await shutdown.run();
    expect(stopped).toEqual(['good']);
    expect(lines[0]).toContain('"step":"bad"');
  });

  it('leaves a step behind that never ends', async () => {
    const { log, lines } = recorded();
    const shutdown = new Shutdown(log, 20);
    const stopped: string[] = [];
    shutdown.add('service', 'good', () => Promise.resolve(void stopped.push('good')));
    shutdown.add('service', 'endless', () => new Promise(() => undefined));
    await shutdown.run();
    expect(stopped).toEqual(['good']);
    expect(lines[0]).toContain('not stopped within 20 ms');
  });
});

describe('how long a step may take', () => {
  it.each([
    ['the least with the graces of the default', {}, 30_000],
    ['the least with no graces', { stop_grace: 0, kill_grace: 0 }, 30_000],
    ['longer with a long grace for tasks', { stop_grace: '2m' }, 135_000],
    ['longer with a long grace for CLIs', { kill_grace: '1m' }, 80_000],
    ['both graces, one after the other', { stop_grace: '5m', kill_grace: '1m' }, 370_000],
  ])('is %s', (_, runner, expected) => {
    expect(stepTimeoutMs(ServerConfig.parse({ runner }).runner)).toBe(expected);
  });
});
