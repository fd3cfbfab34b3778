import type { Task } from '@aicode/contracts';
import { useRef, type RefObject } from 'react';
import { useHotkeys } from 'react-hotkeys-hook';

import { moveFocus } from './task-rows.js';

/** j and k move through the list, x chooses; Enter follows the link that has the focus. */
export function useListKeys(tasks: readonly Task[], choose: (task: Task) => void): RefObject<HTMLUListElement | null> {
  const list = useRef<HTMLUListElement>(null);
  const links = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('.row-link') ?? [])];
  const at = (): number => links().findIndex((link) => link.closest('li')?.contains(document.activeElement));
  const move = (by: number): void => links()[moveFocus(at(), by, links().length)]?.focus();
  useHotkeys('j', () => move(1), { preventDefault: true });
  useHotkeys('k', () => move(-1), { preventDefault: true });
  useHotkeys('x', () => {
    const id = links()[at()]?.closest('li')?.dataset['task'];
    const task = tasks.find((other) => other.id === id);
    if (task) choose(task);
  });
  return list;
}
