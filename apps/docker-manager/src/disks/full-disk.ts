export interface DiskFigures {
  /** Of the workspace; null where a file system of its own keeps the limit. */
  used: number | null;
  limit: number;
  /** Of the host, where the workspace's files are. */
  hostFree: number;
  /** docker.disk_floor */
  floor: number;
}

/** Why what runs in a workspace has to stop, in words for its user; undefined if it has not. */
export function fullReason({ used, limit, hostFree, floor }: DiskFigures): string | undefined {
  if (used !== null && used > limit) {
    return `The workspace's files take ${size(used)}, more than the ${size(limit)} that it may use. Delete some, or raise its disk limit.`;
  }
  if (hostFree < floor) {
    return `The host's disk has only ${size(hostFree)} free, less than the ${size(floor)} that are kept (docker.disk_floor). An administrator has to free some.`;
  }
  return undefined;
}

const mib = 1024 ** 2;

function size(bytes: number): string {
  return bytes < 1024 * mib ? `${Math.round(bytes / mib)} MB` : `${(bytes / 1024 / mib).toFixed(1)} GB`;
}
