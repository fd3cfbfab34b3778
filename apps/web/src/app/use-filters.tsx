import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { z } from 'zod';

type Change<T> = Partial<T> | ((now: T) => Partial<T>);

/**
 * What a page keeps in its address behind `?`. Each field of the schema says by `.catch()` what it is when the address says
 * nothing or nonsense: `z.object({ state: TaskState.optional().catch(undefined) })`. A change replaces the address, so that "back"
 * leaves the page; `undefined` takes a field out.
 */
export function useFilters<S extends z.ZodObject>(
  schema: S,
): [z.output<S>, (change: Change<z.output<S>>, options?: { push?: boolean }) => void] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const filters = useMemo(() => schema.parse(search), [schema, search]);
  const change = useCallback(
    (next: Change<z.output<S>>, options: { push?: boolean } = {}) => {
      void navigate({
        to: '.',
        search: (now: Record<string, unknown>) => ({
          ...now,
          ...(typeof next === 'function' ? next(schema.parse(now)) : next),
        }),
        replace: !options.push,
        resetScroll: false,
      });
    },
    [navigate, schema],
  );
  return [filters, change];
}
