/** Runs work once before the next frame is painted, however often it is asked for; in a hidden tab, which has no frames, soon. */
export interface Frames {
  ask: (work: () => void) => void;
  cancel: () => void;
}

export interface FrameClock {
  hidden(): boolean;
  frame(work: () => void): number;
  endFrame: (id: number) => void;
  later(work: () => void, ms: number): number;
  endLater: (id: number) => void;
}

const hiddenMs = 500;

export function createFrames(clock: FrameClock): Frames {
  let asked: (() => void) | null = null;
  return {
    ask(work) {
      if (asked) return;
      // Both, and the first one wins: a tab may be hidden after its frame was asked for.
      const frame = clock.hidden() ? null : clock.frame(run);
      const later = clock.later(run, hiddenMs);
      asked = () => {
        if (frame !== null) clock.endFrame(frame);
        clock.endLater(later);
        asked = null;
      };
      function run(): void {
        asked?.();
        work();
      }
    },
    cancel() {
      asked?.();
    },
  };
}
