import { describe, expect, it } from '@jest/globals';

import {
  AllowedHost,
  containerProblems,
  ContainerSettings,
  ImageName,
  resolveContainer,
} from './container-settings.js';
import { DockerConfig } from './docker-config.js';

const gib = 1024 ** 3;

describe('container settings', () => {
  it('are the configuration’s where the workspace sets none', () => {
    expect(resolveContainer({}, DockerConfig.parse({}))).toEqual({
      image: 'aicli/workspace:latest',
      dockerfile: null,
      cpu: 1,
      memory: 2 * gib,
      disk: 10 * gib,
      pids: 512,
      network: 'isolated',
      allow: [],
      env: {},
    });
  });

  it('are the workspace’s own where it sets them, and hosts of both are allowed', () => {
    const settings = ContainerSettings.parse({
      image: 'debian:bookworm',
      cpu: 0.5,
      memory: '4g',
      network: 'allowlist',
      allow: ['example.org', 'preset:npm'],
      env: { CI: '1' },
    });
    const container = resolveContainer(settings, DockerConfig.parse({ allow: 'preset:npm, *.example.com' }));
    expect(container).toMatchObject({ image: 'debian:bookworm', cpu: 0.5, memory: 4 * gib, env: { CI: '1' } });
    expect(container.allow).toEqual(['preset:npm', '*.example.com', 'example.org']);
  });

  it('never pass a limit that the administrator has set since', () => {
    const config = DockerConfig.parse({
      max_cpu: 2,
      max_memory: '1gb',
      max_disk: '5gb',
      max_pids: 100,
      networks: ['isolated'],
    });
    const settings: ContainerSettings = { cpu: 4, memory: 8 * gib, disk: 20 * gib, pids: 600, network: 'open' };
    expect(resolveContainer(settings, config)).toMatchObject({
      cpu: 2,
      memory: gib,
      disk: 5 * gib,
      pids: 100,
      network: 'isolated',
    });
    expect(containerProblems(settings, config).map(({ path }) => path)).toEqual([
      'container.cpu',
      'container.memory',
      'container.disk',
      'container.pids',
      'container.network',
    ]);
    expect(containerProblems({ cpu: 2, memory: gib }, config)).toEqual([]);
  });

  it.each(['debian', 'debian:bookworm-slim', 'ghcr.io/a/b-c:1.2', 'localhost:5000/x', `a@sha256:${'0'.repeat(64)}`])(
    'accept the image %s',
    (name) => expect(ImageName.safeParse(name).success).toBe(true),
  );
  it.each(['', '-v', 'A', 'a b', 'a:', 'a/../b', '$(id)', 'a@sha256:12', `${'a'.repeat(256)}`])(
    'refuse the image "%s"',
    (name) => expect(ImageName.safeParse(name).success).toBe(false),
  );

  it.each(['example.org', '*.example.org', 'a-b.c1.example.org', 'preset:npm', 'xn--bcher-kva.example'])(
    'accept the host %s',
    (host) => expect(AllowedHost.safeParse(host).success).toBe(true),
  );
  it.each([
    '*',
    '*.org',
    'localhost',
    '127.0.0.1',
    '169.254.169.254',
    '[::1]',
    'http://a.b',
    'a.b:443',
    '*a.example.org',
    'preset:all',
    '.example.org',
  ])('refuse the host %s', (host) => expect(AllowedHost.safeParse(host).success).toBe(false));

  it.each([
    ['memory', { memory: '1mb' }],
    ['cpu', { cpu: 0 }],
    ['pids', { pids: -1 }],
    ['disk', { disk: 'lots' }],
    ['env', { env: { 'A B': '1' } }],
    ['colour', { colour: 'red' }],
  ])('refuse a wrong %s', (_what, settings) => expect(ContainerSettings.safeParse(settings).success).toBe(false));
});
