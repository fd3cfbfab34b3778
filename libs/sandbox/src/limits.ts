/** What an ordinary process can be held to without cgroups. */
export interface Limits {
  /** Processes and threads of one sandbox (counted per sandbox since Linux 5.14, before that per user). */
  processes: number;
  /** Largest file that can be written, in bytes. */
  fileBytes: number;
  /** Size of /tmp, of HOME and of /dev/shm inside (memory), in bytes. */
  tmpBytes: number;
  homeBytes: number;
  shmBytes: number;
}

const MiB = 1024 ** 2;

export const defaultLimits: Limits = {
  processes: 512,
  fileBytes: 10 * 1024 * MiB,
  tmpBytes: 512 * MiB,
  homeBytes: 512 * MiB,
  shmBytes: 64 * MiB,
};

/**
 * No `--as`: the CLI and Node map far more virtual memory than they use. It runs inside the sandbox, because a process
 * limit set outside would count all that the same user runs on the machine.
 */
export function prlimitArgs(limits: Pick<Limits, 'fileBytes'> & { processes?: number | undefined }): string[] {
  const processes = limits.processes === undefined ? [] : [`--nproc=${limits.processes}`];
  return [...processes, `--fsize=${limits.fileBytes}`, '--core=0', '--'];
}
