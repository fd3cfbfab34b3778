import { isNativeError } from 'node:util/types';

const hidden = '[redacted]';

// Compared with a key in small letters without dashes and underscores. `token` but not `input_tokens`.
const secretKeyEndings = [
  'authorization',
  'cookie',
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'apikey',
  'privatekey',
  'sealed',
  'credential',
  'sealedinput',
];

/** Secrets by their look, wherever a text holds them. */
const secretTexts: [RegExp, string][] = [
  [/\bsk-ant-[A-Za-z0-9_-]{6,}/g, hidden],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${hidden}`],
  // A JWS or JWE in its compact form.
  [/\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){2,4}/g, hidden],
  // The password of a URL.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*):[^\s/@]+@/gi, `$1:${hidden}@`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, hidden],
  [
    /\b(password|passphrase|api[_-]?key|(?:access|refresh|setup)[_-]token|client[_-]secret)(["']?\s*[=:]\s*)["']?[^\s"',;&}]+/gi,
    `$1$2${hidden}`,
  ],
];

export function redactText(text: string): string {
  return secretTexts.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** A copy of a JSON value without secrets: values of keys that name one, and texts that look like one. */
export function redactValue(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactValue);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      isSecretKey(key) && inner !== null && inner !== undefined ? hidden : redactValue(inner),
    ]),
  );
}

/**
 * An error for the log: what it is and where it came from. Nothing else that libraries hang on their errors: ioredis adds
 * the command with its arguments, and those of AUTH are a password.
 */
export function describeError(error: unknown): unknown {
  if (!isNativeError(error)) return error;
  return {
    type: error.name,
    message: error.message,
    stack: error.stack,
    ...('code' in error ? { code: error.code } : {}),
    ...('details' in error ? { details: error.details } : {}),
    ...(error.cause === undefined ? {} : { cause: describeError(error.cause) }),
  };
}

function isSecretKey(key: string): boolean {
  const plain = key.toLowerCase().replaceAll(/[-_]/g, '');
  return secretKeyEndings.some((ending) => plain.endsWith(ending));
}

/** A line of the log, as JSON, without secrets. */
export function redactLine(line: string): string {
  try {
    return `${JSON.stringify(redactValue(JSON.parse(line)))}\n`;
  } catch {
    return redactText(line);
  }
}
