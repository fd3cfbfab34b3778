import { describe, expect, it } from '@jest/globals';

import { countedAddress, throttleKeys } from './throttle-keys.js';

describe('countedAddress', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::FFFF:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unix', 'unix'],
  ])('%s counts as %s', (address, counted) => {
    expect(countedAddress(address)).toBe(counted);
  });
});

describe('throttleKeys', () => {
  it('keeps names apart, hides them, and stays on one slot of a cluster', () => {
    const keys = throttleKeys('hunter2', '192.0.2.7');
    expect(keys.account).not.toContain('hunter2');
    expect(keys.account).not.toBe(throttleKeys('hunter3', '192.0.2.7').account);
    expect(keys.account).toMatch(/^\{auth:failures\}:account:/);
    expect(keys.address).toBe('{auth:failures}:address:192.0.2.7');
  });
});
