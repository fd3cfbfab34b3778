import type { Workspace } from '@aicode/contracts';

/** The newer of two versions of a workspace: frames and answers may overtake each other. */
export function newest(known: Workspace | undefined, told: Workspace): Workspace {
  return known && known.version > told.version ? known : told;
}

/** The list with what was told in its place; one that is not in it comes first, as the newest. */
export function withTold(list: readonly Workspace[], told: Workspace): Workspace[] {
  const known = list.find((workspace) => workspace.id === told.id);
  if (!known) return [told, ...list];
  return list.map((workspace) => (workspace === known ? newest(known, told) : workspace));
}

/** Calls `run` at once, and after that at most once in `everyMs`, the last call never lost: many frames are one look. */
export function atMostEach(everyMs: number, run: () => void): { call: () => void; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let again = false;
  const rest = (): void => {
    timer = undefined;
    if (!again) return;
    again = false;
    call();
  };
  const call = (): void => {
    if (timer !== undefined) {
      again = true;
      return;
    }
    timer = setTimeout(rest, everyMs);
    run();
  };
  return { call, stop: () => clearTimeout(timer) };
}
