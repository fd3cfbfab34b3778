import { accessCookie, refreshCookie, type ServerConfig, type Tokens } from '@aicode/contracts';
import type { CookieOptions, Response } from 'express';

import { apiPrefix } from '../http/api-path.js';

type Config = Pick<ServerConfig, 'server' | 'auth'>;

/** No script reads them, no page of another site sends them. */
function attributes({ server }: Config, path: string): CookieOptions {
  return { httpOnly: true, sameSite: 'strict', secure: server.public_url?.startsWith('https:') ?? false, path };
}

const accessPath = '/';
/** The refresh token goes nowhere else. */
const refreshPath = `${apiPrefix}/auth/web-session`;

/** Gives a browser its tokens. They stay no longer than they are good for. */
export function giveCookies(response: Response, tokens: Tokens, config: Config): void {
  const { idle_timeout: idle, absolute_timeout: absolute } = config.auth;
  response.cookie(accessCookie, tokens.access_token, {
    ...attributes(config, accessPath),
    maxAge: tokens.expires_in * 1000,
  });
  response.cookie(refreshCookie, tokens.refresh_token, {
    ...attributes(config, refreshPath),
    maxAge: Math.min(idle, absolute),
  });
}

export function takeCookiesBack(response: Response, config: Config): void {
  response.clearCookie(accessCookie, attributes(config, accessPath));
  response.clearCookie(refreshCookie, attributes(config, refreshPath));
}
