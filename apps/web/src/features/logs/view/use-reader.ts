import { useEffect, useRef, type RefObject } from 'react';

import type { LogSession } from '../live/log-session.js';
import { movesUp } from '../model/follow-state.js';
import { hasEnd } from '../model/log-window.js';
import { readScroll, type ScrollPlace } from '../model/scroll-reading.js';

/** So long after the reader's last wheel, finger or key a movement is still theirs: a fling runs on (milliseconds). */
const readerMs = 1200;
const lineHeight = 16;

/** Tells the session what the reader does with the scroll box. */
export function useReader(box: RefObject<HTMLDivElement | null>, session: LogSession): void {
  const heldAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    let last = placeOf(element);
    let finger: number | null = null;
    const touched = (): void => {
      heldAt.current = performance.now();
    };
    const on = <K extends keyof HTMLElementEventMap>(name: K, run: (event: HTMLElementEventMap[K]) => void): void =>
      element.addEventListener(name, run, { passive: true, signal: stop.signal });
    const stop = new AbortController();
    on('wheel', (event) => {
      if (event.ctrlKey || event.deltaY === 0) return;
      touched();
      session.dispatch({ type: 'moved', delta: event.deltaY * (event.deltaMode === 0 ? 1 : lineHeight) });
    });
    on('touchstart', (event) => (finger = event.touches[0]?.clientY ?? null));
    on('touchmove', (event) => {
      const now = event.touches[0]?.clientY ?? null;
      if (now !== null && finger !== null) session.dispatch({ type: 'moved', delta: finger - now });
      finger = now;
      touched();
    });
    // The bar is held: what it moves follows at once.
    on('pointerdown', touched);
    on('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target)) return;
      if (movesUp(event.key, event.shiftKey)) session.dispatch({ type: 'looked' });
      if (event.key === 'Home') void session.goToStart();
      if (event.key === 'End') void session.resume();
      touched();
    });
    on('scroll', () => {
      const now = placeOf(element);
      const byReader = performance.now() - heldAt.current < readerMs;
      if (byReader) touched();
      session.dispatch(readScroll(last, now, byReader, hasEnd(session.view.getState().log.window)));
      last = now;
    });
    const selected = (): void => {
      const selection = document.getSelection();
      if (!selection || selection.isCollapsed || !element.contains(selection.anchorNode)) return;
      session.dispatch({ type: 'looked' });
    };
    document.addEventListener('selectionchange', selected, { signal: stop.signal });
    return () => stop.abort();
  }, [box, session]);
}

function placeOf({ scrollTop, scrollHeight, clientHeight }: HTMLElement): ScrollPlace {
  return { top: scrollTop, height: scrollHeight, view: clientHeight };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLButtonElement
  );
}
