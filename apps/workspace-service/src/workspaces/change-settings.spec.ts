import { ServerConfig, type ContainerSettings, type UpdateWorkspace } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { changeSettings, refuseBeyondLimits } from './change-settings.js';

type Change = NonNullable<UpdateWorkspace['container']>;

describe('changeSettings', () => {
  it.each<[string, ContainerSettings, Change, ContainerSettings]>([
    ['sets what is named', {}, { cpu: 2, env: { A: 'b' } }, { cpu: 2, env: { A: 'b' } }],
    ['leaves what is not named', { cpu: 2 }, { pids: 64 }, { cpu: 2, pids: 64 }],
    ['leaves what is undefined', { cpu: 2 }, { cpu: undefined }, { cpu: 2 }],
    ['gives back what is null', { cpu: 2, network: 'open' }, { network: null }, { cpu: 2 }],
    ['gives back what was never set', {}, { disk: null }, {}],
    ['replaces a list as a whole', { allow: ['a.example'] }, { allow: ['b.example'] }, { allow: ['b.example'] }],
    ['can empty a list', { allow: ['a.example'] }, { allow: [] }, { allow: [] }],
  ])('%s', (_, before, change, after) => {
    const untouched = structuredClone(before);
    expect(changeSettings(before, change)).toEqual(after);
    expect(before).toEqual(untouched);
  });
});

describe('refuseBeyondLimits', () => {
  const { docker } = ServerConfig.parse({ docker: { max_cpu: 2, networks: ['isolated'] } });

  it('names each setting that is beyond the limits', () => {
    const refuse = () => refuseBeyondLimits({ cpu: 3, network: 'open', pids: null }, docker);
    const fields = ['container.cpu', 'container.network'].map((path) => ({ path, message: expect.any(String) }));
    expect(refuse).toThrow(expect.objectContaining({ code: 'request.invalid', details: { fields } }));
    expect(refuse).toThrow(/^The workspace is not valid: container\.cpu must be at most 2, /);
  });

  it.each<[string, Change]>([
    ['what is at the limit', { cpu: 2 }],
    ['what is given back', { cpu: null, network: null }],
    ['nothing', {}],
  ])('lets through %s', (_, change) => {
    expect(refuseBeyondLimits(change, docker)).toBeUndefined();
  });
});
