import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface NetworkTraffic {
  /** Bytes since the container's start; null without a network. */
  net_rx: number | null;
  net_tx: number | null;
}

/** Devices that the kernel itself puts into a new network namespace; nothing goes through them. */
const ofTheKernel = /^(lo|tunl0|gre0|gretap0|erspan0|ip_vti0|ip6_vti0|sit0|ip6tnl0|ip6gre0)$/;

/** What went through the network devices that a process sees. */
export async function readTraffic(pid: number, proc = '/proc'): Promise<NetworkTraffic> {
  return parseTraffic(await readFile(join(proc, String(pid), 'net', 'dev'), 'utf8').catch(() => ''));
}

/** proc(5), /proc/net/dev: two lines of titles; `name: bytes packets … (8 received) bytes … (8 sent)`. */
export function parseTraffic(text: string): NetworkTraffic {
  const devices = text
    .split('\n')
    .slice(2)
    .map((line) => line.trim().split(/[:\s]+/))
    .filter(([name]) => name && !ofTheKernel.test(name));
  if (devices.length === 0) return { net_rx: null, net_tx: null };
  const sum = (column: number): number => devices.reduce((total, fields) => total + Number(fields[column] ?? 0), 0);
  return { net_rx: sum(1), net_tx: sum(9) };
}
