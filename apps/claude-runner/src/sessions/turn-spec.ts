import type { Options, SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import type { Claim } from '@aicode/contracts';
import { cliMount, inside, type ExecSpec } from '@aicode/sandbox';

import type { ProxiedProcess } from '../model-proxy/proxied-process.js';
import { cliEnvironment, modelSocketVariable } from './cli-environment.js';

export interface TurnParts {
  claim: Claim;
  cliBinary: string;
  proxied: ProxiedProcess;
  /** Host directory of the workspace's state. */
  stateDir: string;
}

/** What the SDK is told about a turn. @param resume the conversation to go on in */
export function sdkOptions(
  { claim, cliBinary, proxied }: TurnParts,
  resume: string | null,
  cliRetries: number,
): Options {
  return {
    cwd: inside.project,
    env: cliEnvironment(proxied.token, cliRetries),
    pathToClaudeCodeExecutable: cliMount(cliBinary).target,
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

/** What an executor is told about the CLI that the SDK wants to run. */
export function execSpec(
  { claim, cliBinary, proxied, stateDir }: TurnParts,
  args: string[],
  env: Record<string, string | undefined>,
): ExecSpec {
  const mount = cliMount(cliBinary);
  const { workspace_id, project_path, container } = claim;
  const defined = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    command: mount.target,
    args,
    cwd: inside.project,
    env: Object.fromEntries(defined),
    project: project_path,
    state: stateDir,
    readOnly: [mount],
    sockets: { [modelSocketVariable]: (connection) => proxied.accept(connection) },
    workspace: { workspace_id, project_path, container },
    owner: claim.attempt_id,
    network: 'none',
  };
}

/** The input stays open until the turn is over: the SDK takes its end for the end of the session. */
export async function* promptOf(
  claim: Claim,
  resume: string | null,
  until: Promise<void>,
): AsyncGenerator<SDKUserMessage> {
  yield {
    type: 'user',
    message: { role: 'user', content: resume ? resumePrompt : claim.command },
    parent_tool_use_id: null,
  };
  await until;
}

/** A later attempt goes on in the same conversation, which has the prompt already; it may have been cut anywhere. */
const resumePrompt =
  'This task was interrupted and is being tried again. What you have done is in this conversation and in the files. Continue from where you left off.';
