/**
 * Where a conversation stands, told by the request alone: a retry, a resumed session and a restarted server see the
 * same turn. The shapes are those of Claude CLI 2.1.332 (`conversation.spec.ts` holds them).
 */
import type { MessagesRequest, RequestMessage } from './messages-api.js';

export interface Conversation {
  /**
   * The texts the user wrote as the latest prompt, newest first. More than one when a prompt got no answer: the CLI then
   * puts the next prompt into the same message. Never empty: `['']` where no prompt is left (after a compaction).
   */
  prompts: string[];
  /** How many replies of the model stand after that prompt. */
  turn: number;
  /** Text of the latest tool results, in the order in which the tools ended; empty if there is none. */
  result: string;
  /** The CLI's working directory, `.` where the request does not say it. */
  cwd: string;
}

export function readConversation(request: MessagesRequest): Conversation {
  const spoken = request.messages.filter((message) => message.role === 'user' || message.role === 'assistant');
  let prompts: string[] = [];
  let turn = 0;
  let result = '';
  let previous = '';
  for (const message of spoken) {
    if (message.role === 'assistant') {
      if (previous !== 'assistant' && !isPlaceholder(message)) turn += 1;
    } else {
      result = resultsIn(message) ?? result;
      const said = promptsIn(message, prompts.length === 0);
      if (said.length > 0) {
        prompts = said;
        turn = 0;
      }
      turn += message.blocks.filter((block) => EMPTY_REPLY.test(block.text)).length;
    }
    previous = message.role;
  }
  return { prompts: prompts.length > 0 ? prompts : [''], turn, result, cwd: workingDirectory(request) };
}

const resultsIn = ({ blocks }: RequestMessage): string | null => {
  const results = blocks.filter(({ type }) => type === 'tool_result').map(({ text }) => text);
  return results.length > 0 ? results.join('\n') : null;
};

/** What the CLI puts where a prompt never got an answer, to keep the roles in turn. */
const isPlaceholder = ({ blocks }: RequestMessage): boolean =>
  blocks.every(({ text }) => text === 'No response requested.');

/**
 * A message's prompts, newest first; those before a tool result are older than the model's work on them. A "continue"
 * with nothing before it is a prompt like any other.
 */
function promptsIn(message: RequestMessage, first: boolean): string[] {
  const afterResults = message.blocks.findLastIndex((block) => block.type === 'tool_result') + 1;
  return message.blocks
    .slice(afterResults)
    .filter((block) => block.type === 'text')
    .map((block) => withoutReminders(block.text))
    .filter((text) => text !== '' && !isWrittenByCli(text) && (first || !isContinuation(text)))
    .reverse();
}

const withoutReminders = (text: string): string =>
  text.replaceAll(/<system-reminder>.*?<\/system-reminder>/gs, '').trim();

/** An empty reply is left out of the next request; a reminder says this in its place. */
const EMPTY_REPLY = /\[Your previous response had no visible output/;

/** User messages that the CLI writes by itself: they go on with the prompt before them. */
const cliTexts: RegExp[] = [
  /^\[Request interrupted/,
  /^\[This turn ended before it finished/,
  /^Output token limit hit/,
  /^Your (previous )?response was (cut off|empty)/,
  /^This session is being continued from a previous conversation/,
  /^This session's worker process was restarted/,
  /^Your response above was stopped by a safety classifier/,
  /^Stop hook feedback/,
  /^<(local-command-caveat|local-command-stdout|local-command-stderr|command-name|command-message)>/,
];

export const isWrittenByCli = (text: string): boolean => cliTexts.some((pattern) => pattern.test(text));

/** "Continue from where you left off." and its like: who resumes a session wants the script to go on, not to begin. */
export const isContinuation = (text: string): boolean =>
  !/^#(?!continue)[a-z]+/m.test(text) &&
  (/^#continue\b/.test(text) ||
    /where (you|it) left off/i.test(text.slice(0, 500)) ||
    /^(please )?(continue|resume|go on|carry on)[.!]?$/i.test(text));

function workingDirectory(request: MessagesRequest): string {
  const places = [
    request.system,
    ...request.messages.filter(({ role }) => role === 'system').flatMap(({ blocks }) => blocks.map(({ text }) => text)),
  ];
  for (const text of places) {
    const found = /^(?:\s*- Primary working directory|CWD): (.+)$/m.exec(text)?.[1];
    if (found) return found.trim();
  }
  return '.';
}
