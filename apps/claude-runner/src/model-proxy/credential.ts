import { readFile } from 'node:fs/promises';

import type { ServerConfig } from '@aicode/contracts';

/** The real credential, as headers of the outgoing request. It exists in this process only. */
export type Credential = Readonly<Record<string, string>>;

const apiKey = (key: string): Credential => ({ 'x-api-key': key });
/** A subscription's token is accepted by the Messages API only with this beta header. It is known by its beginning, too. */
const subscription = (token: string): Credential => ({
  authorization: `Bearer ${token}`,
  'anthropic-beta': 'oauth-2025-04-20',
});
const bearer = (token: string): Credential =>
  token.startsWith('sk-ant-oat') ? subscription(token) : { authorization: `Bearer ${token}` };

/** Read for each request, so that a changed file counts at once. Null if nothing is configured. */
export async function readCredential(
  config: ServerConfig['model'],
  env: NodeJS.ProcessEnv,
): Promise<Credential | null> {
  if (config.api_key_file) return apiKey(await readSecret(config.api_key_file));
  if (config.auth_token_file) return bearer(await readSecret(config.auth_token_file));
  if (env.ANTHROPIC_API_KEY) return apiKey(env.ANTHROPIC_API_KEY);
  if (env.ANTHROPIC_AUTH_TOKEN) return bearer(env.ANTHROPIC_AUTH_TOKEN);
  if (env.CLAUDE_CODE_OAUTH_TOKEN) return subscription(env.CLAUDE_CODE_OAUTH_TOKEN);
  return null;
}

async function readSecret(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).trim();
}

export const missingCredentialMessage =
  'No model credential is configured. Set ANTHROPIC_API_KEY (or ANTHROPIC_AUTH_TOKEN, CLAUDE_CODE_OAUTH_TOKEN, or model.api_key_file in server.yaml) and start the platform again.';
