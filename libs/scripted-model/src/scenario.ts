/**
 * A scenario is plain data: what prompts it answers, and what the model says turn by turn. Everything here can be
 * written as JSON (`parse-scenario.ts` reads that, with short forms).
 */
export interface Scenario {
  name: string;
  match: ScenarioMatch;
  turns: Turn[];
}

/** Both given: both must hold. Neither given: matches every prompt. */
export interface ScenarioMatch {
  contains?: string;
  /** Source of a regular expression (flag `s`); its named groups stand in the replies as `{{group}}`. */
  pattern?: string;
}

/**
 * One entry of a script. Faults stand before the reply of the same conversation turn and do not count as turns: with
 * `times` they fail that many requests and then give way to the next entry, without it they fail for ever.
 */
export type Turn = Reply | Fault;

interface TurnOptions {
  /** The request is held, before any header, until `release(gate)`. */
  gate?: string;
}

export interface Reply extends TurnOptions {
  reply: Block[];
  /** Default: `tool_use` when a tool is used, else `end_turn`. */
  stop_reason?: StopReason;
  usage?: Partial<Usage>;
  /** Pause between two pieces of a streamed reply, in milliseconds. */
  chunk_delay_ms?: number;
  /** Regular expression on the latest tool result: where it does not match, `otherwise` is said instead of `reply`. */
  when_result?: string;
  otherwise?: Block[];
}

export type StopReason = 'end_turn' | 'tool_use' | 'max_tokens' | 'stop_sequence' | 'refusal';

/**
 * Texts, tool inputs may hold placeholders: `{{cwd}}` (the CLI's working directory), `{{prompt}}`, `{{prompt_quoted}}`
 * (as a Markdown quotation), `{{result}}` (text of
 * the latest tool results), and the named groups of the scenario's pattern. `{ gate }` holds the stream at this point.
 */
export type Block =
  | { text: string }
  | { thinking: string }
  | { tool_use: { name: string; input: Record<string, unknown> } }
  | { gate: string };

export interface Usage {
  input_tokens: number;
  output_tokens: number;
  cache_creation_input_tokens: number;
  cache_read_input_tokens: number;
}

export type FaultMoment = 'before_headers' | 'mid_stream';

export type Fault = (StatusFault | StallFault | DropFault) & TurnOptions & { times?: number };

/** An error answer. `mid_stream`: 200, a begun stream, then an `error` event, as the API does when it is overloaded. */
export interface StatusFault {
  status: number;
  /** Seconds, sent as the `retry-after` header. */
  retry_after?: number;
  message?: string;
  headers?: Record<string, string>;
  moment?: FaultMoment;
}

/** Silence: nothing more is sent, and the connection stays open until the client leaves. */
interface StallFault {
  stall: FaultMoment;
  /** What a `mid_stream` fault says before it strikes. */
  text?: string;
}

/** The connection is destroyed. */
interface DropFault {
  drop: FaultMoment;
  text?: string;
}

export const isReply = (turn: Turn): turn is Reply => 'reply' in turn;
