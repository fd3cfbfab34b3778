import { createFrames, type Frames } from './frames.js';

export function browserFrames(): Frames {
  return createFrames({
    hidden: () => document.hidden,
    frame: (work) => requestAnimationFrame(work),
    endFrame: (id) => cancelAnimationFrame(id),
    later: (work, ms) => window.setTimeout(work, ms),
    endLater: (id) => window.clearTimeout(id),
  });
}
