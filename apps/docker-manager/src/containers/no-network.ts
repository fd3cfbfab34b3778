import { DomainError } from '@aicode/contracts';

import type { RoomNetworks } from './room.js';

/** Rooms without any network. */
export const noNetworks: RoomNetworks = {
  mode: ({ settings }) => {
    if (settings.network === 'isolated') return Promise.resolve('none');
    return Promise.reject(
      new DomainError(
        'executor.unavailable',
        `The network policy ${settings.network} is not available here. Choose isolated.`,
      ),
    );
  },
  connect: () => Promise.resolve({ env: {}, close: () => Promise.resolve() }),
  release: () => Promise.resolve(),
};
