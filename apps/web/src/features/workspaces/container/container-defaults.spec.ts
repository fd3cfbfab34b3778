import { resolveContainer, DockerConfig, newId, type ContainerSettings, type Workspace } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { defaultsFrom, isOwn } from './container-defaults.js';

const time = '2026-01-01T00:00:00.000Z';
const configured = DockerConfig.parse({ cpu: 3, network: 'open', allow: ['example.org'] });

function workspace(container_settings: ContainerSettings): Workspace {
  return {
    id: newId('workspace'),
    name: 'x',
    state: 'ready',
    reason: null,
    source: { type: 'empty' },
    project_path: '/x',
    owner_id: newId('user'),
    node: 'local',
    slots: 1,
    container: resolveContainer(container_settings, configured),
    container_settings,
    version: 1,
    created_at: time,
    updated_at: time,
  };
}

describe('defaultsFrom', () => {
  it('is the product’s own where nothing is known', () => {
    expect(defaultsFrom([])).toMatchObject({ cpu: 1, network: 'isolated', pids: 512 });
  });
  it('is the configuration’s where a workspace shows it', () => {
    const defaults = defaultsFrom([workspace({ cpu: 8 }), workspace({ network: 'isolated' })]);
    expect(defaults).toMatchObject({ cpu: 3, network: 'open', allow: ['example.org'] });
  });
  it('is not what a workspace sets itself', () => {
    expect(defaultsFrom([workspace({ cpu: 8 })]).cpu).toBe(1);
    expect(isOwn(workspace({ cpu: 8 }), 'cpu')).toBe(true);
    expect(isOwn(workspace({ cpu: 8 }), 'memory')).toBe(false);
  });
});
