import type { ContainerState } from '@aicode/contracts';

/** The engine's word for a container's state in ours. */
export function containerState(status: string): ContainerState {
  switch (status) {
    case 'running':
    case 'paused':
    case 'created':
      return status;
    case 'removing':
      return 'gone';
    default:
      return 'stopped';
  }
}
