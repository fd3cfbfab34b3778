import { setTimeout as delay } from 'node:timers/promises';

import type { Query } from '@anthropic-ai/claude-agent-sdk';
import type { ExecExit, ExecProcess, ExecSpec, Executor } from '@aicode/sandbox';

import type { TurnWatch } from './turn-watch.js';

/** How long an interrupt may take before the process is simply killed. */
const interruptMs = 1000;

/** Opening may take its time (a container that starts): it is given up when the turn is over before, and only before. */
export async function openUnless(over: Promise<void>, executor: Executor, spec: ExecSpec): Promise<ExecProcess> {
  const giveUp = new AbortController();
  let opened = false;
  void over.then(() => {
    if (!opened) giveUp.abort(new Error('the turn was over before its process had started'));
  });
  const process = await executor.open({ ...spec, signal: giveUp.signal });
  opened = true;
  return process;
}

/** The work is over or has to be: politely first where that may leave a better transcript, then for certain. */
export async function endProcess(
  process: ExecProcess,
  conversation: Query | null,
  watch: TurnWatch,
  graceMs: number,
): Promise<ExecExit> {
  if (watch.result) {
    // The result is the end of the work; the exit only follows, or has to be helped along.
    process.stdin.end();
    await atMost(graceMs, process.exited);
  } else if (conversation) {
    await atMost(
      interruptMs,
      conversation.interrupt().catch(() => undefined),
      process.exited,
    );
  }
  await process.kill();
  return process.exited;
}

/** Waits for the first of some things, but no longer than this; leaves no timer behind. */
async function atMost(ms: number, ...things: Promise<unknown>[]): Promise<void> {
  const over = new AbortController();
  await Promise.race([...things, delay(ms, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
}
