import { describe, expect, it } from '@jest/globals';

import { parseTraffic, readTraffic } from './network-traffic.js';

const titles = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
`;
const device = (name: string, received: number, sent: number) =>
  `${name.padStart(6)}: ${received}  4 0 0 0 0 0 0 ${sent}  5 0 0 0 0 0 0\n`;

describe('network traffic', () => {
  it('adds up the devices, without loopback and those of the kernel', () => {
    const text =
      titles + device('lo', 900, 900) + device('tunl0', 0, 0) + device('eth0', 10, 20) + device('eth1', 1, 2);
    expect(parseTraffic(text)).toEqual({ net_rx: 11, net_tx: 22 });
  });

  it.each([
    ['loopback alone', titles + device('lo', 5, 5)],
    ['nothing', ''],
  ])('is none with %s', (_, text) => {
    expect(parseTraffic(text)).toEqual({ net_rx: null, net_tx: null });
  });

  it('is none of a process that is gone', async () => {
    expect(await readTraffic(0)).toEqual({ net_rx: null, net_tx: null });
  });
});
