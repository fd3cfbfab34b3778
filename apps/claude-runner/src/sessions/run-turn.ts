import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { query, type Options, type Query, type SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { Claim, ServerConfig } from '@aicode/contracts';
import { inside, type ExecProcess, type ExecSpec, type Executor } from '@aicode/sandbox';
import type { LogWriter } from '@aicode/task-log';

import type { ProxiedProcess } from '../model-proxy/proxied-process.js';
import type { StopReason, TurnFacts } from './attempt-end.js';
import { cliMount } from './cli-binary.js';
import { cliEnvironment, modelSocketTarget } from './cli-environment.js';
import { readOutput, readStderr } from './cli-output.js';
import type { CliMessage } from './describe-message.js';
import { SdkProcess } from './sdk-process.js';
import { ToolCalls } from './tool-calls.js';

export interface TurnOptions {
  claim: Claim;
  config: ServerConfig;
  executor: Executor;
  cliBinary: string;
  modelSocketDir: string;
  proxied: ProxiedProcess;
  writer: LogWriter;
  /** Host directories and files of the workspace. */
  stateDir: string;
  attemptFile: string;
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
  const { claim, config, executor, stop, writer } = options;
  const facts: TurnFacts = {
    stopped: null,
    result: null,
    resumed: false,
    modelFailure: null,
    exit: null,
    stderr: '',
    error: null,
  };
  const sdkProcess = new SdkProcess();
  const tools = new ToolCalls();
  let lastSign = performance.now();
  let started = false;
  let finish: () => void = () => undefined;
  const finished = new Promise<void>((resolve) => (finish = resolve));

  const onMessage = (message: CliMessage | null): void => {
    lastSign = performance.now();
    if (writer.bytes > config.logs.max_attempt) stop.abort('log_too_large' satisfies StopReason);
    if (!message) return;
    if (!started) {
      started = true;
      options.onStarted();
    }
    tools.note(message);
    if (message.type === 'result') {
      facts.result = message;
      if (!tools.agentsAtWork) finish();
    }
  };

  const silence = setInterval(
    () => {
      const idle = !tools.atWork && options.proxied.active === 0;
      if (!idle) lastSign = Math.max(lastSign, performance.now() - config.runner.silence_timeout / 2);
      else if (performance.now() - lastSign > config.runner.silence_timeout) stop.abort('hang' satisfies StopReason);
    },
    Math.min(1000, config.runner.silence_timeout / 4),
  );
  const time = setTimeout(() => stop.abort('timed_out' satisfies StopReason), claim.timeout_ms);
  stop.signal.addEventListener('abort', finish, { once: true });

  let process: ExecProcess | null = null;
  const session: { query: Query | null } = { query: null };
  const readers: Promise<unknown>[] = [];
  try {
    const resume = claim.attempt > 1 && (await hasTranscript(options.stateDir, claim.session_id));
    facts.resumed = resume;
    const opened = new Promise<ExecSpec>((resolve) => {
      session.query = query({
        prompt: oneMessage(resume ? resumePrompt : claim.command, finished),
        options: {
          ...sdkOptions(claim, resume),
          env: cliEnvironment(options.proxied.token, config.runner.cli_retries),
          pathToClaudeCodeExecutable: cliMount(options.cliBinary).command,
          spawnClaudeCodeProcess: (spawn) => {
            resolve(execSpec(options, spawn.args, spawn.env));
            return sdkProcess;
          },
        },
      });
    });
    if (session.query) readers.push(drain(session.query, facts).finally(finish));
    const spec = await Promise.race([opened, finished.then(() => null)]);
    if (spec && !stop.signal.aborted) {
      process = await executor.open(spec);
      await options.onProcess(process);
      sdkProcess.attach(process);
      const { maxLine, file } = { maxLine: config.logs.max_line, file: options.attemptFile };
      readers.push(
        readOutput(process.stdout, { writer, maxLine, file, onMessage, forward: (text) => sdkProcess.forward(text) }),
        readStderr(process.stderr, writer, maxLine).then((tail) => (facts.stderr = tail)),
      );
      void process.exited.then(finish);
      await finished;
    }
  } catch (error) {
    facts.error = error;
  }
  facts.stopped = stopReason(stop.signal);
  facts.modelFailure = options.proxied.failure;
  const polite = started ? session.query : null;
  if (process) facts.exit = await endProcess(process, polite, facts, config.runner.kill_grace);
  clearInterval(silence);
  clearTimeout(time);
  sdkProcess.ended(facts.exit?.code ?? null, facts.exit?.signal ?? null);
  finish();
  session.query?.close();
  await Promise.allSettled(readers);
  return facts;
}

/** The work is over or has to be: politely first where that may leave a better transcript, then for certain. */
async function endProcess(
  process: ExecProcess,
  conversation: Query | null,
  facts: TurnFacts,
  graceMs: number,
): Promise<TurnFacts['exit']> {
  if (facts.stopped && facts.stopped !== 'lease_lost' && facts.result === null && conversation) {
    await Promise.race([conversation.interrupt().catch(() => undefined), process.exited, delay(interruptMs)]);
  } else if (facts.result) {
    // The result is the end of the work; the exit only follows, or has to be helped along.
    process.stdin.end();
    await Promise.race([process.exited, delay(graceMs)]);
  }
  await process.kill();
  return process.exited;
}

/** The SDK wants its messages read; what counts has been taken from the output already. */
async function drain(conversation: Query, facts: TurnFacts): Promise<void> {
  try {
    for await (const message of conversation) void message;
  } catch (error) {
    facts.error ??= error;
  }
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

function sdkOptions(claim: Claim, resume: boolean): Options {
  return {
    cwd: inside.project,
    ...(claim.model === null ? {} : { model: claim.model }),
    ...(resume
      ? { resume: claim.session_id }
      : { sessionId: claim.attempt === 1 ? claim.session_id : crypto.randomUUID() }),
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
    command: mount.command,
    args,
    cwd: inside.project,
    env: Object.fromEntries(defined),
    project: options.claim.project_path,
    state: options.stateDir,
    readOnly: [
      { source: mount.source, target: mount.target },
      { source: options.modelSocketDir, target: modelSocketTarget },
    ],
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

/** True if the conversation of an earlier attempt got as far as the prompt. */
async function hasTranscript(stateDir: string, sessionId: string): Promise<boolean> {
  const folder = inside.project.replaceAll('/', '-');
  const transcript = join(stateDir, 'claude', 'projects', folder, `${sessionId}.jsonl`);
  return (await readFile(transcript, 'utf8').catch(() => '')).includes('"type":"user"');
}
