/** Which script answers a conversation, and which of its entries is due. */
import type { Conversation } from './conversation.js';
import { inlineScript } from './inline-script.js';
import { isReply, type Fault, type Reply, type Scenario, type Turn } from './scenario.js';

export interface SelectedScript {
  scenario: string;
  /** The prompt that the script belongs to. */
  prompt: string;
  turns: Turn[];
  /** The named groups of the scenario's pattern. */
  groups: Record<string, string>;
}

/** The newest prompt that has a script, its own or a scenario's. Throws ScenarioError for a wrong script in a prompt. */
export function selectScript(conversation: Conversation, scenarios: Scenario[]): SelectedScript | null {
  for (const prompt of conversation.prompts) {
    const own = inlineScript(prompt);
    if (own) return { scenario: 'inline', prompt, turns: own, groups: {} };
    for (const { name, match, turns } of scenarios) {
      const groups = matchPrompt(prompt, match);
      if (groups) return { scenario: name, prompt, turns, groups };
    }
  }
  return null;
}

function matchPrompt(prompt: string, match: Scenario['match']): Record<string, string> | null {
  if (match.contains !== undefined && !prompt.includes(match.contains)) return null;
  if (match.pattern === undefined) return {};
  const found = new RegExp(match.pattern, 's').exec(prompt);
  return found ? { ...found.groups } : null;
}

/** Faults of one conversation turn, in order, and the reply that comes after them (none: the script ends with faults). */
interface Step {
  faults: Fault[];
  reply: Reply | null;
}

function stepsOf(turns: Turn[]): Step[] {
  const steps: Step[] = [];
  let faults: Fault[] = [];
  for (const turn of turns) {
    if (isReply(turn)) {
      steps.push({ faults, reply: turn });
      faults = [];
    } else {
      faults.push(turn);
    }
  }
  if (faults.length > 0) steps.push({ faults, reply: null });
  return steps;
}

/** How often the faults of a conversation turn have struck: the only thing that a request does not tell. */
export type FaultCounts = Map<string, number>;

/** The entry that is due, counting the fault it may be; null past the script's end. */
export function dueTurn(script: SelectedScript, turn: number, counts: FaultCounts): Turn | null {
  const step = stepsOf(script.turns)[turn];
  if (!step) return null;
  for (const [index, fault] of step.faults.entries()) {
    if (fault.times === undefined) return fault;
    const key = JSON.stringify([script.scenario, script.prompt, turn, index]);
    const struck = counts.get(key) ?? 0;
    if (struck < fault.times) {
      counts.set(key, struck + 1);
      return fault;
    }
  }
  return step.reply;
}
