import type { PlatformState } from './platform-state.js';

/** What `aicli up` was asked for; undefined and false mean: as it is. */
export interface Asked {
  demoModel: boolean;
  /** 0 takes any free one. */
  port: number | undefined;
}

/** How the platform that runs already differs from what was asked for, as the end of a sentence; null if it does not. */
export function askedOtherwise({ demoModel, port }: Asked, { demo_model: demo, url }: PlatformState): string | null {
  const differs = [
    ...(demoModel && !demo ? ['without the demo model'] : []),
    ...(port && port !== portOf(url) ? [`not on port ${port}`] : []),
  ];
  return differs.length > 0 ? differs.join(' and ') : null;
}

function portOf(url: string | null): number | null {
  if (url === null) return null;
  const { port, protocol } = new URL(url);
  return Number(port || (protocol === 'https:' ? 443 : 80));
}
