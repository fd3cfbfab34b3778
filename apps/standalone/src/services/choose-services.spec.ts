import { services } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { allServices, chooseServices } from './choose-services.js';

const names = (chosen: readonly { name: string }[]): string[] => chosen.map((service) => service.name);

describe('which services run', () => {
  it('are all that the contracts know, the edge last', () => {
    expect(names(allServices).sort()).toEqual([...services].sort());
    expect(names(chooseServices(undefined)).at(-1)).toBe('gateway');
    expect(chooseServices('')).toBe(allServices);
  });

  it('are those that AICLI_SERVICES names, in the order of start', () => {
    expect(names(chooseServices('gateway, auth'))).toEqual(['auth', 'gateway']);
  });

  it('refuses a name that is none, with those that are', () => {
    expect(() => chooseServices('auth,queue')).toThrow(
      expect.objectContaining({
        code: 'config.invalid',
        message: expect.stringContaining('"queue" is not a service; allowed are auth,'),
      }),
    );
  });

  it('loads each by its name', async () => {
    for (const entry of allServices) expect((await entry.load()).name).toBe(entry.name);
  });
});
