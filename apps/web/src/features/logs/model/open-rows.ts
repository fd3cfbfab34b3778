import { createStore, type StoreApi } from 'zustand/vanilla';

/** Which folded things the reader has opened or closed; it outlives the rows, which come and go while scrolling. */
export interface OpenRows {
  chosen: Readonly<Record<string, boolean>>;
}
export type OpenRowsStore = StoreApi<OpenRows>;

export function createOpenRows(): OpenRowsStore {
  return createStore<OpenRows>(() => ({ chosen: {} }));
}

export function isOpen(state: OpenRows, key: string, byDefault: boolean): boolean {
  return state.chosen[key] ?? byDefault;
}

export function setOpen(store: OpenRowsStore, key: string, open: boolean): void {
  store.setState(({ chosen }) => ({ chosen: { ...chosen, [key]: open } }));
}
