import type { EngineState } from '@aicode/contracts';
import { ZodError } from 'zod';

import { EngineTimeout } from './engine-timeout.js';

type Problem = Pick<EngineState, 'state' | 'reason'>;

/** What went wrong with the engine at `label`, as a sentence and a remedy. Names no path and no host. */
export function engineProblem(error: unknown, label: string): Problem {
  const code = property(error, 'code');
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return {
        state: 'missing',
        reason: `No Docker engine was found at ${label}. Install one (Debian: apt-get install docker.io), or set DOCKER_HOST.`,
      };
    case 'EACCES':
    case 'EPERM':
      return unreachable(
        `The platform's user may not open ${label}. Add the user to the group docker (usermod -aG docker NAME) and start the platform again.`,
      );
    case 'ECONNREFUSED':
      return unreachable(`Nothing listens at ${label}. Start the engine (systemctl start docker).`);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ETIMEDOUT':
      return unreachable(`The host of ${label} could not be reached (${code}). Correct DOCKER_HOST or the network.`);
    default:
      return unreachable(otherProblem(error, label));
  }
}

function otherProblem(error: unknown, label: string): string {
  if (error instanceof EngineTimeout || property(error, 'code') === 'ECONNRESET') {
    return `The Docker engine at ${label} does not answer. Look at its log (journalctl -u docker) and start it again (systemctl restart docker).`;
  }
  if (error instanceof ZodError) {
    return `What answers at ${label} is not a Docker engine. Correct DOCKER_HOST.`;
  }
  const status = property(error, 'statusCode');
  if (status !== '') {
    return `The Docker engine at ${label} answered with HTTP status ${status}. Look at its log (journalctl -u docker).`;
  }
  if (error instanceof Error && error.message.startsWith('DOCKER_')) return `${error.message}.`;
  return `The Docker engine at ${label} could not be asked. Look at its log (journalctl -u docker).`;
}

/** A string or number that an error of node or dockerode carries; empty if it has none. */
function property(error: unknown, name: string): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function unreachable(reason: string): Problem {
  return { state: 'unreachable', reason };
}
