import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Account } from './account.js';
import type { ExecSpec } from './exec.js';

/**
 * A root platform may keep things where the project's owner cannot go (/root/.aicli, a CLI below /root). bubblewrap runs as
 * that owner and could not bind them, so root first binds them to a place of a private mount namespace where it can.
 */
export interface Stage {
  /** Begins the command line: makes the namespace, binds, and executes what follows. */
  prefix: string[];
  spec: ExecSpec;
}

/**
 * The whole script, without any text of a user in it: `$1` is the place, then pairs of name and source up to `--`, then the
 * command. The namespace goes with its last process.
 */
const script = `set -eu
place=$1; shift
mount -t tmpfs -o mode=0711,size=1m,nosuid,nodev aicode "$place"
while [ "$1" != -- ]; do
  if [ -d "$2" ]; then mkdir "$place/$1"; else : > "$place/$1"; fi
  mount --rbind "$2" "$place/$1"
  shift 2
done
shift
exec "$@"`;

const places = ['/mnt', '/media', '/srv', '/opt', '/var/tmp'];

/** Undefined where the owner can reach all by himself, as usual. */
export async function stageFor(spec: ExecSpec, account: Account, unshare: string): Promise<Stage | undefined> {
  const sources = [spec.project, ...(spec.state ? [spec.state] : []), ...(spec.readOnly ?? []).map((m) => m.source)];
  const unreachable: string[] = [];
  for (const source of new Set(sources)) if (!(await canReach(source, account))) unreachable.push(source);
  if (unreachable.length === 0) return undefined;
  const place = await freePlace(sources);
  const moved = new Map(unreachable.map((source, index) => [source, `${place}/${index}`]));
  const where = (source: string): string => moved.get(source) ?? source;
  return {
    prefix: [
      ...[unshare, '--mount', '--propagation', 'private', '--', '/bin/sh', '-c', script, 'stage', place],
      ...unreachable.flatMap((source, index) => [String(index), source]),
      '--',
    ],
    spec: {
      ...spec,
      project: where(spec.project),
      ...(spec.state ? { state: where(spec.state) } : {}),
      readOnly: (spec.readOnly ?? []).map(({ source, target }) => ({ source: where(source), target })),
    },
  };
}

/** Whether every directory above lets the account pass, by its mode. A list (ACL) that allows more is not seen: then staging is merely unneeded. */
export async function canReach(path: string, account: Account): Promise<boolean> {
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    const entry = await stat(directory);
    const shift = entry.uid === account.uid ? 6 : entry.gid === account.gid ? 3 : 0;
    if (((entry.mode >> shift) & 1) === 0) return false;
    if (directory === '/') return true;
  }
}

async function freePlace(sources: string[]): Promise<string> {
  for (const place of places) {
    const hides = sources.some((source) => source === place || source.startsWith(`${place}/`));
    if (!hides && (await stat(place).catch(() => undefined))?.isDirectory()) return place;
  }
  throw new Error(`none of ${places.join(', ')} is free for staging`);
}
