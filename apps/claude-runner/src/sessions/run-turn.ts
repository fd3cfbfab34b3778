import { query, type Query } from '@anthropic-ai/claude-agent-sdk';
import type { ServerConfig } from '@aicode/contracts';
import type { ExecProcess, ExecSpec, Executor } from '@aicode/sandbox';
import type { LogWriter } from '@aicode/task-log';

import { stopReasonOf, type TurnFacts } from './attempt-end.js';
import { attemptFile, earlierConversation } from './attempt-file.js';
import { readOutput, readStderr } from './cli-output.js';
import { allowedTo } from './losses.js';
import { SdkProcess } from './sdk-process.js';
import { endProcess, openUnless } from './turn-process.js';
import { execSpec, promptOf, sdkOptions, type TurnParts } from './turn-spec.js';
import { TurnWatch } from './turn-watch.js';

export interface TurnOptions extends TurnParts {
  config: ServerConfig;
  executor: Executor;
  writer: LogWriter;
  /** Host directory of the workspace's logs. */
  logsDir: string;
  /** Aborted with a StopReason. */
  stop: AbortController;
  /** The process in the sandbox, as soon as it runs. */
  onProcess?(process: ExecProcess): void;
  /** The CLI has said its first word. */
  onStarted(): void;
}

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
  const stopped = stopReasonOf(stop.signal);
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
    allowed: allowedTo(claim, config),
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
    prompt: promptOf(claim, resume, watch.over),
    options: {
      ...sdkOptions(options, resume, config.runner.cli_retries),
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
  const process = await openUnless(watch.over, options.executor, spec);
  turn.process = process;
  watch.opened();
  options.onProcess?.(process);
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
