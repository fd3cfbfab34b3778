export interface ApiAnswer {
  status: number;
  headers: Headers;
  /** Parsed if it is JSON, else the text. */
  body: unknown;
}

export interface ApiSession {
  token: string;
  /** A path below /api/v1 with this session's token. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** The same with a JSON body, and the answer read. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer>;
}

/** Signs in by POST /auth/login. */
export async function signIn(url: string, credential: { username: string; password: string }): Promise<ApiSession> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(credential),
    signal: AbortSignal.timeout(15_000),
  });
  const tokens = (await answer.json()) as { access_token?: string };
  if (!answer.ok || tokens.access_token === undefined) {
    throw new Error(`Sign-in failed with ${answer.status}: ${JSON.stringify(tokens)}`);
  }
  return sessionWith(url, tokens.access_token);
}

export function sessionWith(url: string, token: string): ApiSession {
  const call = (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${token}`);
    return fetch(`${url}/api/v1${path}`, { ...init, headers });
  };
  return {
    token,
    fetch: call,
    async call(method, path, body, headers = {}) {
      const answer = await call(path, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      });
      return { status: answer.status, headers: answer.headers, body: await bodyOf(answer) };
    },
  };
}

async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  const type = answer.headers.get('content-type') ?? '';
  return /[/+]json\b/.test(type) && text !== '' ? (JSON.parse(text) as unknown) : text;
}
