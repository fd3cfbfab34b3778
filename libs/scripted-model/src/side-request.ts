/**
 * Requests that the CLI makes beside the conversation, seen with Claude CLI 2.1.332: they get a harmless answer and never
 * take a turn of a script.
 */
import { exampleOf } from './json-example.js';
import type { MessagesRequest } from './messages-api.js';

export type SideRequest = 'quota' | 'title' | 'hook' | 'compact' | 'suggestion' | 'agent_summary' | 'structured';

export function sideRequestOf(request: MessagesRequest): SideRequest | null {
  const last = request.messages.at(-1);
  const text = last?.role === 'user' ? (last.blocks.at(-1)?.text ?? '') : '';
  if (request.max_tokens === 1) return 'quota';
  if (/^You are evaluating a .*hook/m.test(request.system)) return 'hook';
  if (/^You are naming a coding session|session title/m.test(request.system)) return 'title';
  if (/^\[SUGGESTION MODE/.test(text)) return 'suggestion';
  if (/^CRITICAL: Respond with TEXT ONLY/.test(text) || /^Your task is to create a detailed summary/m.test(text))
    return 'compact';
  if (/^Describe your most recent action in/.test(text)) return 'agent_summary';
  return request.schema && request.tools.length === 0 ? 'structured' : null;
}

export function answerSideRequest(kind: SideRequest, request: MessagesRequest): string {
  switch (kind) {
    case 'quota':
      return 'ok';
    case 'title':
      return request.schema
        ? JSON.stringify({ ...exampleOf(request.schema), title: 'Scripted demo session' })
        : 'Scripted demo session';
    case 'hook':
      return JSON.stringify({ ok: true, reason: 'The scripted model agrees to everything.' });
    case 'compact':
      return '<analysis>Scripted.</analysis>\n<summary>The conversation so far was led by the scripted model.</summary>';
    case 'suggestion':
      return '';
    case 'agent_summary':
      return 'Following its script';
    case 'structured':
      return JSON.stringify(request.schema ? exampleOf(request.schema) : {});
  }
}
