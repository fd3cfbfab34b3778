import { useLayoutEffect, useRef, type RefObject } from 'react';

/** Below the page's padding at its end nothing may hide behind a phone's navigation (pixels). */
const roomBelow = { phone: 60, desk: 16 };

/** Makes an element as high as what is left of the window below its beginning, so that it scrolls inside and the page does not. */
export function useRestHeight(): RefObject<HTMLDivElement | null> {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const fit = (): void => {
      const top = element.getBoundingClientRect().top + window.scrollY;
      const room = matchMedia('(width < 40rem)').matches ? roomBelow.phone : roomBelow.desk;
      element.style.height = `calc(100dvh - ${Math.round(top)}px - ${room}px - env(safe-area-inset-bottom))`;
    };
    fit();
    // A banner above comes and goes; the window turns.
    const watch = new ResizeObserver(fit);
    watch.observe(document.body);
    addEventListener('resize', fit);
    return () => {
      watch.disconnect();
      removeEventListener('resize', fit);
    };
  }, []);
  return box;
}
