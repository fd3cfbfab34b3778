import { DomainError } from '@aicode/contracts';

/** Where a server's name came from, the strongest first. */
export type AddressSource = 'flag' | 'environment' | 'login' | 'local platform' | 'default';

export interface ServerAddress {
  url: string;
  from: AddressSource;
  /** True if it is the platform that runs under this AICLI_HOME. */
  local: boolean;
}

export interface AddressFacts {
  flag: string | undefined;
  environment: string | undefined;
  /** Of the last `aicli login --server`. */
  login: string | null;
  /** Of the platform that runs on this machine. */
  platform: string | null;
  /** Where one would listen by this machine's settings; asked only where nothing else says a server. */
  configured: () => Promise<string>;
}

/** Which server a command speaks to. DomainError request.invalid for what is no address. */
export async function serverAddress(facts: AddressFacts): Promise<ServerAddress> {
  const [url, from] = await choose(facts);
  const clean = cleanAddress(url);
  return { url: clean, from, local: facts.platform !== null && clean === cleanAddress(facts.platform) };
}

async function choose(facts: AddressFacts): Promise<[string, AddressSource]> {
  const { flag, environment, login, platform } = facts;
  if (flag) return [flag, 'flag'];
  if (environment) return [environment, 'environment'];
  if (login) return [login, 'login'];
  return platform ? [platform, 'local platform'] : [await facts.configured(), 'default'];
}

/** `host:port` is completed; a path is kept, everything that an address of a server does not have is refused. */
export function cleanAddress(text: string): string {
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw new DomainError(
      'request.invalid',
      `"${text}" is not the address of a server. Write it as http://127.0.0.1:7780 or https://aicli.example.org.`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
