import { isIP } from 'node:net';

import { hostPresets } from '@aicode/contracts';

const longestName = 253;
const longestLabel = 63;

/** HTTPS and HTTP: what package registries and git over HTTP use. SSH is not here: what passes in it can't be told apart. */
const allowedPorts = [443, 80];

/**
 * A host name as it is compared: lower case, punycode, without the dot of the root. Undefined for what is no name: garbage, and
 * every way to write an address (dotted, decimal, hexadecimal, octal, IPv6), which a policy of names can't allow.
 */
export function hostName(text: string): string | undefined {
  if (!/^[\p{L}\p{N}\p{M}_.-]+$/u.test(text) || !URL.canParse(`http://${text}/`)) return undefined;
  const name = new URL(`http://${text}/`).hostname.replace(/\.$/, '');
  const labels = name.split('.');
  if (name.length > longestName || labels.some((label) => label === '' || label.length > longestLabel))
    return undefined;
  return isIP(name) === 0 ? name : undefined;
}

/** Whether a name (as of `hostName`) is among the allowed: itself, below a `*.name` by one label or more, or in a preset. */
export function allowedHosts(allow: readonly string[]): (host: string) => boolean {
  const names = new Set<string>();
  const parents = new Set<string>();
  for (const entry of allow.flatMap(withoutPreset)) {
    const name = hostName(entry.replace(/^\*\./, ''));
    if (name) (entry.startsWith('*.') ? parents : names).add(name);
  }
  return (host) => names.has(host) || domainsAbove(host).some((domain) => parents.has(domain));
}

export function isAllowedPort(port: number): boolean {
  return allowedPorts.includes(port);
}

function withoutPreset(entry: string): readonly string[] {
  const preset = Object.entries(hostPresets).find(([name]) => name === entry);
  return preset ? preset[1] : [entry];
}

/** `a.b.c` → `b.c`, `c`. */
function domainsAbove(host: string): string[] {
  const labels = host.split('.');
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
}
