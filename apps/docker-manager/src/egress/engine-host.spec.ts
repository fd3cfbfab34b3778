import { describe, expect, it } from '@jest/globals';

import { filterRules } from './close-network.js';
import { readEngineHost } from './engine-host.js';

const text = `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
4: eth0    inet 192.0.2.2/24 brd 192.0.2.255 scope global eth0\\       valid_lft forever preferred_lft forever
5: docker0    inet 172.17.0.1/16 brd 172.17.255.255 scope global docker0\\       valid_lft forever
6: ppp0    inet 198.51.100.7 peer 198.51.100.8/32 scope global ppp0\\       valid_lft forever
7: tun0    inet 203.0.113.9/1 scope global tun0\\       valid_lft forever
---
# a comment
nameserver 127.0.0.53
nameserver 10.255.255.53
 nameserver fd00::53
nameserver $(reboot)
search example.org
`;

describe('the network of the engine', () => {
  it('is read from what its tools print', () => {
    expect(readEngineHost(text)).toEqual({
      networks: [
        '192.0.2.2',
        '192.0.2.2/24',
        '172.17.0.1',
        '172.17.0.1/16',
        '198.51.100.7',
        '198.51.100.8',
        '198.51.100.8/32',
        '203.0.113.9',
      ],
      nameServers: ['10.255.255.53'],
    });
  });

  it.each(['', '---', 'nonsense\n---\nnonsense'])('is not made up: %j', (nothing) => {
    expect(readEngineHost(nothing)).toEqual({ networks: [], nameServers: [] });
  });
});

describe('the rules of an open network', () => {
  it('close all that is not the internet, and this machine', () => {
    const rules = filterRules(readEngineHost(text));
    for (const network of ['10.0.0.0/8', '169.254.0.0/16', '100.64.0.0/10', '192.0.2.2/24', '203.0.113.9']) {
      expect(rules).toContain(network);
    }
    expect(rules).toContain('ip daddr { 10.255.255.53 } meta l4proto { tcp, udp } th dport 53 accept');
  });

  it('make no exception where there is no name server', () => {
    expect(filterRules({ networks: ['192.0.2.2'], nameServers: [] })).not.toContain('dport');
  });
});
