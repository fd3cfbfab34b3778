import { constants } from 'node:os';

import type { ExecExit } from '@aicode/exec-stream';

import { exitCodes } from '../exit-codes.js';
import { CliFailure } from '../failure.js';

/** What a program's end means for the command that ran it: its own code, 128 and the number of the signal, as in a shell. */
export function exitOfExec({ exit, interrupted }: { exit: ExecExit; interrupted: boolean }): number {
  if (interrupted) return exitCodes.interrupted;
  if (exit.reason === 'engine_lost') {
    throw new CliFailure(
      exitCodes.unreachable,
      'The connection to the program is lost: the platform, its Docker engine or your session has ended. So has the program.',
    );
  }
  if (exit.code !== null) return exit.code;
  return exit.signal === null ? exitCodes.taskFailed : 128 + constants.signals[exit.signal];
}

const reasonWords = {
  oom: 'The container ran out of memory. Give it more: aicli workspace update WS --memory 4g',
  disk_full: 'The disk of the workspace is full. Give it more: aicli workspace update WS --disk 20g',
} as const;

/** Why it ended, if it was not the program's own end; null otherwise. */
export function reasonOfExec({ reason }: ExecExit): string | null {
  return reason === 'oom' || reason === 'disk_full' ? reasonWords[reason] : null;
}
