interface Locks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
}
type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** A tab that was closed while it held the lock frees it by this (milliseconds). */
const heldAtMost = 15_000;
/** Two tabs that write at the same moment see each other after so long. */
const settle = 40;

export interface TabLockTools {
  locks: Locks | undefined;
  store: Store;
  now(): number;
  pause(ms: number): Promise<void>;
  owner: string;
}

const browserTools = (): TabLockTools => ({
  // Only where the page came over HTTPS or from this machine.
  locks: navigator.locks,
  store: localStorage,
  now: Date.now,
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  owner: crypto.getRandomValues(new Uint32Array(2)).join('-'),
});

/** Runs the work while no other tab of this browser runs work of that name. */
export async function exclusively<T>(
  name: string,
  work: () => Promise<T>,
  tools: TabLockTools = browserTools(),
): Promise<T> {
  if (tools.locks) return tools.locks.request(name, work);
  const key = `${name}.lock`;
  const until = tools.now() + heldAtMost;
  // After so long the other tab is gone, or the storage is forbidden: better twice than never.
  while (tools.now() < until && !(await take(key, tools))) await tools.pause(settle);
  try {
    return await work();
  } finally {
    if (read(key, tools)?.owner === tools.owner) tools.store.removeItem(key);
  }
}

async function take(key: string, tools: TabLockTools): Promise<boolean> {
  const held = read(key, tools);
  if (held && held.owner !== tools.owner && held.since + heldAtMost > tools.now()) return false;
  tools.store.setItem(key, `${tools.owner} ${tools.now()}`);
  await tools.pause(settle);
  return read(key, tools)?.owner === tools.owner;
}

function read(key: string, { store }: TabLockTools): { owner: string; since: number } | null {
  const [owner, since] = (store.getItem(key) ?? '').split(' ');
  return owner && since ? { owner, since: Number(since) } : null;
}
