/** Why a connection is not made, as the program inside is told. */
export class EgressRefusal extends Error {
  constructor(
    readonly status: 400 | 403 | 502 | 503 | 504,
    /** A plain sentence. */
    message: string,
    /** As asked for; for the policy's refusals (403) alone. */
    readonly host: string | null = null,
  ) {
    super(message);
  }
}

/** Longest part of a host's name that a sentence or a log line repeats. */
const longestShown = 253;

export function shown(host: string): string {
  return host.replace(/[^\x21-\x7e]/g, '?').slice(0, longestShown);
}

export function hostNotAllowed(host: string): EgressRefusal {
  return new EgressRefusal(
    403,
    `The network policy of this workspace does not allow ${shown(host)}. Add it to the allowed hosts in the workspace's container settings, or ask the administrator to add it to docker.allow.`,
    host,
  );
}

export function addressNotAllowed(host: string): EgressRefusal {
  return new EgressRefusal(
    403,
    `The network policy of this workspace does not allow ${shown(host)}: only the names of hosts can be allowed. Use a name, and add it to the allowed hosts in the workspace's container settings.`,
    host,
  );
}

export function portNotAllowed(host: string, port: number): EgressRefusal {
  return new EgressRefusal(
    403,
    `The network policy of this workspace does not allow port ${port} of ${shown(host)}: only 443 (https) and 80 (http) pass. Use https.`,
    host,
  );
}

export function leadsInside(host: string): EgressRefusal {
  return new EgressRefusal(
    403,
    `${shown(host)} leads to an address that is not on the internet (private, local or reserved). No workspace may reach it, also if its name is allowed.`,
    host,
  );
}
