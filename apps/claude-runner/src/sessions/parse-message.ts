import { CliMessage } from './describe-message.js';

/** JSON.stringify recurses; what is deeper than this is no message of the CLI. */
const maxDepth = 200;
/** Of a list we look at no more than this: the schema's cost grows with it, and the line is whatever the sandbox says. */
const maxItems = 1000;

export interface ParsedMessage {
  /** What we read of it. */
  message: CliMessage;
  /** As the CLI spoke it. */
  data: unknown;
  /** Its size as JSON, which can be larger than the line was. */
  bytes: number;
}

/** A line of the CLI's output as a message; null if it is none. What stands in it must be taken for hostile. */
export function parseMessage(text: string): ParsedMessage | null {
  if (!text.startsWith('{') || depthOf(text) > maxDepth) return null;
  try {
    const data: unknown = JSON.parse(text);
    const message = CliMessage.safeParse(shortened(data)).data;
    return message ? { message, data, bytes: Buffer.byteLength(JSON.stringify(data)) } : null;
  } catch {
    return null;
  }
}

function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted) {
      if (char === '\\') i += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') deepest = Math.max(deepest, (depth += 1));
    else if (char === '}' || char === ']') depth -= 1;
  }
  return deepest;
}

/** Its lists, and those of its `message`, cut to what we look at. */
function shortened(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, field]: [string, unknown]) => {
      if (Array.isArray(field)) return [key, field.slice(0, maxItems)];
      return [key, key === 'message' ? shortened(field) : field];
    }),
  );
}
