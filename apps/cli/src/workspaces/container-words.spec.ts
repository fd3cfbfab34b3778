import { resolveContainer, ServerConfig, type ContainerStats, type WorkspaceStats } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { sizeWords } from '../terminal/size-words.js';
import { activityWords, containerEntries, statsLines } from './container-words.js';

const gb = 1024 ** 3;
const aContainer = (changes: Partial<ContainerStats> = {}): ContainerStats => ({
  room: 0,
  state: 'running',
  busy: true,
  cpu_percent: 12.34,
  memory: 1.5 * gb,
  memory_limit: 2 * gb,
  pids: 7,
  pids_limit: 512,
  net_rx: null,
  net_tx: null,
  egress_refused: 0,
  reason: null,
  ...changes,
});
const stats = (containers: ContainerStats[], changes: Partial<WorkspaceStats> = {}): WorkspaceStats => ({
  time: '2026-01-02T03:04:05.000Z',
  executor: 'docker',
  containers,
  disk: { mechanism: 'loop', used: 1024, limit: 10 * gb },
  ...changes,
});

describe('sizeWords', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KB'],
    [2 * gb, '2 GB'],
    [123.4 * 1024 ** 2, '123 MB'],
    [3 * 1024 ** 4, '3 TB'],
  ])('%d is %s', (bytes, words) => {
    expect(sizeWords(bytes)).toBe(words);
  });
});

describe('the words on containers', () => {
  it('show figures in columns, reasons and the disk below', () => {
    const free = aContainer({ room: 1, state: 'stopped', busy: false, cpu_percent: null, memory: null, pids: null });
    const busy = aContainer({ net_rx: 2048, net_tx: 1024, egress_refused: 3, reason: 'It ran\nout of memory.' });
    expect(statsLines(stats([busy, free]), 200)).toEqual([
      'CONTAINER  STATE          CPU     MEMORY         PROCESSES  NET IN / OUT  REFUSED',
      '#0         Running, busy  12.3 %  1.5 GB / 2 GB  7 / 512    2 KB / 1 KB   3',
      '#1         Stopped        -       -              -          -             -',
      expect.stringMatching(/^#0: It ran.*out of memory\.$/),
      'Disk  1 KB / 10 GB',
    ]);
  });

  it.each<[string, WorkspaceStats, string]>([
    ['none', stats([]), 'none yet'],
    ['no engine', stats([], { executor: 'process' }), 'none: tasks run in the sandbox of the process executor'],
    [
      'two',
      stats([aContainer(), aContainer({ room: 1, state: 'paused', busy: false })]),
      '#0 Running, busy, #1 Paused',
    ],
  ])('say in a line what they do: %s', (_, given, words) => {
    expect(activityWords(given)).toBe(words);
  });

  it('show an unmeasured disk without figures', () => {
    const unknown = stats([], { disk: { mechanism: 'measured', used: null, limit: gb } });
    expect(statsLines(unknown, 80)).toEqual(['Containers  none yet', 'Disk  - / 1 GB']);
  });

  it('mark what the workspace sets itself', () => {
    const own = { cpu: 2, network: 'allowlist', allow: ['a.example'], env: { A: 'b\u001b[2J' } } as const;
    const settings = { ...own, allow: [...own.allow] };
    const container = resolveContainer(settings, ServerConfig.parse({}).docker);
    const entries = Object.fromEntries(containerEntries({ container, container_settings: settings }));
    expect(entries).toMatchObject({ CPU: '2 cores *', Memory: '2 GB', Network: 'allowlist *', Allowed: 'a.example *' });
    expect(entries['Variables']).toMatch(/^A=b/);
    expect(entries['Variables']).not.toContain('\u001b');
  });
});
