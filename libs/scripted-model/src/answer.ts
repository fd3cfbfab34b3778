/** Decides what a Messages request gets. Pure but for the fault counts. */
import { readConversation, type Conversation } from './conversation.js';
import type { MessagesRequest } from './messages-api.js';
import { ScenarioError } from './parse-scenario.js';
import { fillBlock, type Values } from './placeholders.js';
import type { Block, Reply, Scenario, Turn } from './scenario.js';
import { isReply } from './scenario.js';
import { dueTurn, selectScript, type FaultCounts, type SelectedScript } from './select-turn.js';
import { answerSideRequest, sideRequestOf, type SideRequest } from './side-request.js';

export interface Answer {
  turn: Turn;
  scenario: string | null;
  side: SideRequest | null;
  prompt: string;
  turnIndex: number;
}

export const NO_SCRIPT_REPLY =
  'This is the demo model of AICode Manager. It is a script, not an AI, and it has no script for this prompt. ' +
  'Set ANTHROPIC_API_KEY and start the platform without --demo-model to work with a real model.';

export const SCRIPT_ENDED_REPLY = 'The script has ended. (Scripted demo model: not an AI.)';

export function answerTo(request: MessagesRequest, scenarios: Scenario[], counts: FaultCounts): Answer {
  const side = sideRequestOf(request);
  if (side) {
    return { turn: textReply(answerSideRequest(side, request)), scenario: null, side, prompt: '', turnIndex: 0 };
  }
  const conversation = readConversation(request);
  const base = { side, prompt: conversation.prompts[0] ?? '', turnIndex: conversation.turn };
  let script: SelectedScript | null;
  try {
    script = selectScript(conversation, scenarios);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    return {
      ...base,
      turn: { status: 400, message: `The script in the prompt is wrong: ${error.message}` },
      scenario: 'inline',
    };
  }
  if (!script) return { ...base, turn: textReply(NO_SCRIPT_REPLY), scenario: null };
  const due = dueTurn(script, conversation.turn, counts) ?? textReply(SCRIPT_ENDED_REPLY);
  const turn = isReply(due) ? filledReply(due, valuesOf(conversation, script)) : due;
  return { ...base, turn, scenario: script.scenario, prompt: script.prompt };
}

const textReply = (text: string): Reply => ({ reply: [{ text }] });

const valuesOf = ({ cwd, result }: Conversation, { prompt, groups }: SelectedScript): Values => ({
  cwd,
  result,
  prompt,
  prompt_quoted: prompt.replaceAll(/^/gm, '> '),
  ...groups,
});

function filledReply(reply: Reply, values: Values): Reply {
  const matches = reply.when_result === undefined || new RegExp(reply.when_result, 's').test(values.result ?? '');
  const blocks: Block[] = matches ? reply.reply : (reply.otherwise ?? [{ text: SCRIPT_ENDED_REPLY }]);
  return { ...reply, reply: blocks.map((block) => fillBlock(block, values)) };
}
