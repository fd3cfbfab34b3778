import { setTimeout as delay } from 'node:timers/promises';

import { query, type Options, type Query, type SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { Claim, ServerConfig } from '@aicode/contracts';
import { cliMount, inside, type ExecProcess, type ExecSpec, type Executor } from '@aicode/sandbox';
import type { LogWriter } from '@aicode/task-log';

import type { ProxiedProcess } from '../model-proxy/proxied-process.js';
import type { StopReason, TurnFacts } from './attempt-end.js';
import { attemptFile, earlierConversation } from './attempt-file.js';
import { cliEnvironment, modelSocketTarget } from './cli-environment.js';
import { readOutput, readStderr } from './cli-output.js';
import { SdkProcess } from './sdk-process.js';
import { TurnWatch } from './turn-watch.js';

export interface TurnOptions {
  claim: Claim;
  config: ServerConfig;
  executor: Executor;
  cliBinary: string;
  proxied: ProxiedProcess;
  writer: LogWriter;
  /** Host directories and files of the workspace. */
  stateDir: string;
  logsDir: string;
  /** Aborted with a StopReason. */
  stop: AbortController;
  /** The process in the sandbox, as soon as it runs. */
  onProcess(process: ExecProcess): Promise<void>;
  /** The CLI has said its first word. */
  onStarted(): void;
}

/** How long an interrupt may take before the process is simply killed. */
const interruptMs = 1000;

/** One turn of the real Claude CLI in its sandbox. Resolves when the process and all that it started are gone. */
export async function runTurn(options: TurnOptions): Promise<TurnFacts> {
  const { claim, config, stop, proxied } = options;
  const limits = {
    timeoutMs: claim.timeout_ms,
    silenceMs: config.runner.silence_timeout,
    bytes: config.logs.max_attempt,
  };
  const watch = new TurnWatch(stop, limits, proxied, () => options.onStarted());
  const conversationId = await earlierConversation(options.logsDir, claim.task_id, claim.attempt);
  const sdkProcess = new SdkProcess();
  const conversation = converse(options, conversationId, sdkProcess, watch);
  const turn: RunningTurn = { process: null, readers: [conversation.drained], stderr: '', error: null };
  try {
    const spec = await Promise.race([conversation.spawned, watch.over]);
    if (spec && !stop.signal.aborted) await openProcess(options, spec, sdkProcess, watch, turn);
    await watch.over;
  } catch (error) {
    turn.error = error;
  }
  const stopped = stopReason(stop.signal);
  const modelFailure = proxied.failure;
  const polite = watch.started && stopped !== 'lease_lost' ? conversation.query : null;
  const exit = turn.process && (await endProcess(turn.process, polite, watch, config.runner.kill_grace));
  watch.close();
  sdkProcess.ended(exit?.code ?? null, exit?.signal ?? null);
  conversation.query.close();
  await Promise.allSettled(turn.readers);
  return {
    stopped,
    result: watch.result,
    resumed: conversationId !== null,
    modelFailure,
    exit,
    stderr: turn.stderr,
    error: turn.error,
  };
}

interface RunningTurn {
  process: ExecProcess | null;
  readers: Promise<unknown>[];
  stderr: string;
  error: unknown;
}

interface Conversation {
  query: Query;
  /** What the SDK wants to run. */
  spawned: Promise<ExecSpec>;
  /** The SDK wants its messages read; what counts has been taken from the output already. */
  drained: Promise<void>;
}

function converse(options: TurnOptions, resume: string | null, sdkProcess: SdkProcess, watch: TurnWatch): Conversation {
  const { claim, config } = options;
  let spawn: (spec: ExecSpec) => void = () => undefined;
  const spawned = new Promise<ExecSpec>((resolve) => (spawn = resolve));
  const conversation = query({
    prompt: oneMessage(resume ? resumePrompt : claim.command, watch.over),
    options: {
      ...sdkOptions(claim, resume),
      env: cliEnvironment(options.proxied.token, config.runner.cli_retries),
      pathToClaudeCodeExecutable: cliMount(options.cliBinary).target,
      spawnClaudeCodeProcess: ({ args, env }) => {
        spawn(execSpec(options, args, env));
        return sdkProcess;
      },
    },
  });
  return { query: conversation, spawned, drained: drain(conversation).finally(watch.finish) };
}

async function drain(conversation: Query): Promise<void> {
  try {
    for await (const message of conversation) void message;
  } catch {
    // The SDK throws for what the facts tell better: the exit, the model's failure, the result.
  }
}

async function openProcess(
  options: TurnOptions,
  spec: ExecSpec,
  sdkProcess: SdkProcess,
  watch: TurnWatch,
  turn: RunningTurn,
): Promise<void> {
  const { config, writer } = options;
  const process = await options.executor.open(spec);
  turn.process = process;
  await options.onProcess(process);
  sdkProcess.attach(process);
  const output = { writer, maxLine: config.logs.max_line, onBytes: watch.bytes };
  const stdout = {
    ...output,
    file: attemptFile(options.logsDir, options.claim.task_id, options.claim.attempt),
    onMessage: watch.note,
    forward: (text: string) => sdkProcess.forward(text),
  };
  const failed = (error: unknown): void => {
    turn.error = error;
    watch.finish();
  };
  turn.readers.push(
    readOutput(process.stdout, stdout).catch(failed),
    readStderr(process.stderr, output).then((tail) => (turn.stderr = tail), failed),
  );
  void process.exited.then(watch.finish);
}

/** The work is over or has to be: politely first where that may leave a better transcript, then for certain. */
async function endProcess(
  process: ExecProcess,
  conversation: Query | null,
  watch: TurnWatch,
  graceMs: number,
): Promise<TurnFacts['exit']> {
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

function stopReason(signal: AbortSignal): StopReason | null {
  const reason: unknown = signal.aborted ? signal.reason : null;
  const known: readonly StopReason[] = [
    'cancelled',
    'timed_out',
    'hang',
    'log_too_large',
    'runner_stopping',
    'lease_lost',
  ];
  return known.find((candidate) => candidate === reason) ?? null;
}

function sdkOptions(claim: Claim, resume: string | null): Options {
  return {
    cwd: inside.project,
    ...(claim.model === null ? {} : { model: claim.model }),
    // An id is for one conversation: an attempt that begins anew begins another.
    ...(resume ? { resume } : { sessionId: claim.attempt === 1 ? claim.session_id : crypto.randomUUID() }),
    // Inside a sandbox tools run without asking; the sandbox is what protects.
    permissionMode: 'bypassPermissions',
    allowDangerouslySkipPermissions: true,
    systemPrompt: { type: 'preset', preset: 'claude_code' },
    settingSources: ['project', 'local'],
  };
}

function execSpec(options: TurnOptions, args: string[], env: Record<string, string | undefined>): ExecSpec {
  const mount = cliMount(options.cliBinary);
  const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    command: mount.target,
    args,
    cwd: inside.project,
    env: Object.fromEntries(defined),
    project: options.claim.project_path,
    state: options.stateDir,
    readOnly: [mount, { source: options.proxied.directory, target: modelSocketTarget }],
    network: 'none',
  };
}

/** The input stays open until the turn is over: the SDK takes its end for the end of the session. */
async function* oneMessage(text: string, until: Promise<void>): AsyncGenerator<SDKUserMessage> {
  yield { type: 'user', message: { role: 'user', content: text }, parent_tool_use_id: null };
  await until;
}

/** A later attempt goes on in the same conversation, which has the prompt already; it may have been cut anywhere. */
const resumePrompt =
  'This task was interrupted and is being tried again. What you have done is in this conversation and in the files. Continue from where you left off.';
