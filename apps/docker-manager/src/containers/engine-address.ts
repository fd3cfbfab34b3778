import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type Docker from 'dockerode';

type Environment = Record<string, string | undefined>;

export interface EngineAddress {
  /** How dockerode reaches it; every key is set, or dockerode would take it from the process' environment. */
  options: Pick<Docker.DockerOptions, 'socketPath' | 'host' | 'port' | 'protocol' | 'ca' | 'cert' | 'key'>;
  /** For a sentence: never holds a path or a host, because anybody may read the health report. */
  label: string;
}

const none = {
  socketPath: undefined,
  host: undefined,
  port: undefined,
  protocol: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
};

/**
 * Where the Docker engine is: DOCKER_HOST as Docker's own client reads it (unix, tcp with or without TLS), else the usual sockets.
 * @throws Error with a sentence for the user if DOCKER_HOST can't be used
 */
export function engineAddress(env: Environment, usual: string[] = usualSockets(env)): EngineAddress {
  const host = env['DOCKER_HOST'];
  if (!host) {
    const socketPath = usual.find((path) => existsSync(path)) ?? usual[0];
    return { options: { ...none, socketPath }, label: 'its usual socket' };
  }
  if (host.startsWith('unix://')) {
    return {
      options: { ...none, socketPath: host.slice('unix://'.length) || usual[0] },
      label: 'the socket of DOCKER_HOST',
    };
  }
  return { options: { ...none, ...tcpOptions(host, env) }, label: 'the address of DOCKER_HOST' };
}

function usualSockets(env: Environment): string[] {
  const runtime = env['XDG_RUNTIME_DIR'];
  return [
    '/var/run/docker.sock',
    ...(runtime ? [join(runtime, 'docker.sock')] : []),
    join(homedir(), '.docker', 'run', 'docker.sock'),
  ];
}

function tcpOptions(host: string, env: Environment): Partial<EngineAddress['options']> {
  const url = parseAddress(host.includes('://') ? host : `tcp://${host}`);
  const secure = url.protocol === 'https:' || isOn(env['DOCKER_TLS_VERIFY']) || url.port === '2376';
  const certificates = env['DOCKER_CERT_PATH'];
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port || (secure ? 2376 : 2375),
    protocol: secure ? 'https' : 'http',
    ...(secure && certificates ? readCertificates(certificates) : {}),
  };
}

function parseAddress(text: string): URL {
  if (URL.canParse(text)) {
    const url = new URL(text);
    if (['tcp:', 'http:', 'https:'].includes(url.protocol) && url.hostname !== '') return url;
  }
  throw new Error('DOCKER_HOST must be unix:///path/of/docker.sock or tcp://host:port');
}

function readCertificates(folder: string): Partial<EngineAddress['options']> {
  try {
    const read = (name: string): Buffer => readFileSync(join(folder, name));
    return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
  } catch {
    throw new Error('DOCKER_CERT_PATH must be a folder with ca.pem, cert.pem and key.pem that the platform may read');
  }
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0';
}
