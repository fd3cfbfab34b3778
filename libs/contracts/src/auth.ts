import { z } from 'zod';

import { UserId } from './ids.js';
import { Role } from './permissions.js';
import { Empty, line, Time } from './primitives.js';
import { defineEvent, defineRoute, defineRpc } from './rpc.js';

export const Username = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._@-]{1,63}$/, 'must have 2 to 64 small letters, digits, dots, dashes, underscores or @');
const Password = z.string().min(1).max(256);
const NewPassword = z.string().min(12, 'must have at least 12 characters').max(256);

export const User = z.object({ id: UserId, username: z.string(), role: Role, created_at: Time }).meta({ id: 'User' });
export type User = z.infer<typeof User>;

export const LoginRequest = z.strictObject({ username: Username, password: Password }).meta({ id: 'LoginRequest' });
export const SetupRequest = z
  .strictObject({ token: z.string().min(20).max(128), username: Username, password: NewPassword })
  .meta({ id: 'SetupRequest' });
export const RefreshRequest = z
  .strictObject({ refresh_token: z.string().min(20).max(256) })
  .meta({ id: 'RefreshRequest' });

export const Tokens = z
  .object({
    access_token: z.string(),
    token_type: z.literal('Bearer'),
    /** Seconds until the access token ends. */
    expires_in: z.int(),
    refresh_token: z.string(),
    user: User,
  })
  .meta({ id: 'Tokens' });
export type Tokens = z.infer<typeof Tokens>;

/** What a browser is told of its session; the tokens are in HttpOnly cookies, where no script reads them. */
export const WebSession = z
  .object({
    user: User,
    /** Seconds until the access cookie ends: refresh before that. */
    expires_in: z.int(),
  })
  .meta({ id: 'WebSession' });
export type WebSession = z.infer<typeof WebSession>;

/** Who a browser is signed in as, asked without a refusal when it is not. */
export const WebSessionState = z
  .object({
    /** Null if no access cookie came, or one that is not valid any more. */
    user: User.nullable(),
    expires_in: z.int().nullable(),
    /** A refresh cookie came: a refresh may sign in again without a password. */
    renewable: z.boolean(),
  })
  .meta({ id: 'WebSessionState' });
export type WebSessionState = z.infer<typeof WebSessionState>;

export const SetupState = z
  .object({
    /** Nobody is administrator yet: the console has printed a one-time link to `/setup?token=…`. */
    needed: z.boolean(),
  })
  .meta({ id: 'SetupState' });
export type SetupState = z.infer<typeof SetupState>;

/** Cookie in place of the Authorization header: a web session's access token. */
export const accessCookie = 'aicode_access';
/** Cookie that only the web session's own routes get. */
export const refreshCookie = 'aicode_refresh';
/** Header, with the value `1`, without which no cookie changes anything: pages of others cannot set it. */
export const webRequestHeader = 'X-AICode-Request';

/** A secret on its way over the bus: a compact JWE for the callee's key, because the bus writes requests to disk. */
const Sealed = z.string().max(8192);
/** Where a sign-in comes from; throttles count by it. */
const Origin = z.object({ address: z.string().max(64), user_agent: line(512).nullable().catch(null) });
export type SignInOrigin = z.infer<typeof Origin>;

const Jwk = z.record(z.string(), z.unknown());

export const authRpc = defineRpc('auth', 'auth', {
  /** Public keys: `signing` verify access tokens (ES256), `sealing` is what Sealed inputs are encrypted to (ECDH-ES). */
  keys: { input: Empty, output: z.object({ signing: z.array(Jwk), sealing: Jwk }), idempotent: true },
  /** `sealed` holds a LoginRequest. */
  login: { input: z.object({ sealed: Sealed, origin: Origin }), output: Tokens },
  /**
   * `sealed` holds a RefreshRequest. `web`: it comes from a browser, whose tabs share one cookie: the same token within some seconds
   * is another tab, or the answer was lost, and not a thief.
   */
  refresh: { input: z.object({ sealed: Sealed, origin: Origin, web: z.boolean().default(false) }), output: Tokens },
  /** `sealed` holds a SetupRequest. */
  setup: { input: z.object({ sealed: Sealed, origin: Origin }), output: Tokens },
  setupState: { input: Empty, output: SetupState, idempotent: true },
  /** Ends the acting session. */
  logout: { input: Empty, output: Empty, idempotent: true },
  /** The acting user. */
  me: { input: Empty, output: User, idempotent: true },
});

/** A session has ended: open streams and sockets of it are closed. */
export const sessionEnded = defineEvent('auth.session_ended', z.object({ session_id: z.string() }));

/** Claims of an access token, beside the registered ones. */
export const AccessClaims = z.object({ sub: UserId, sid: z.string().min(1).max(64), role: Role, exp: z.int() });
export type AccessClaims = z.infer<typeof AccessClaims>;
export const accessTokenIssuer = 'aicli';
export const accessTokenAudience = 'aicli-api';

const tag = 'auth';
export const authRoutes = {
  login: defineRoute({
    method: 'POST',
    path: '/auth/login',
    tag,
    summary: 'Sign in with name and password',
    access: 'public',
    status: 200,
    body: LoginRequest,
    response: Tokens,
  }),
  refresh: defineRoute({
    method: 'POST',
    path: '/auth/refresh',
    tag,
    summary: 'Trade a refresh token for a new pair; each works once',
    access: 'public',
    status: 200,
    body: RefreshRequest,
    response: Tokens,
  }),
  setup: defineRoute({
    method: 'POST',
    path: '/auth/setup',
    tag,
    summary: 'Create the first administrator with the one-time link of the console',
    access: 'public',
    status: 201,
    body: SetupRequest,
    response: Tokens,
  }),
  logout: defineRoute({
    method: 'POST',
    path: '/auth/logout',
    tag,
    summary: 'End this session at once',
    access: 'signed-in',
    status: 204,
  }),
  me: defineRoute({
    method: 'GET',
    path: '/auth/me',
    tag,
    summary: 'Who am I',
    access: 'signed-in',
    status: 200,
    response: User,
  }),
  setupState: defineRoute({
    method: 'GET',
    path: '/auth/setup-state',
    tag,
    summary: 'Is there an administrator yet',
    access: 'public',
    status: 200,
    response: SetupState,
  }),
  webSession: defineRoute({
    method: 'GET',
    path: '/auth/web-session',
    tag,
    summary: 'Who this browser is signed in as, if anybody',
    access: 'public',
    status: 200,
    response: WebSessionState,
  }),
  webSessionLogin: defineRoute({
    method: 'POST',
    path: '/auth/web-session',
    tag,
    summary: 'Sign a browser in: the tokens come as HttpOnly cookies',
    access: 'public',
    ownPages: true,
    status: 200,
    body: LoginRequest,
    response: WebSession,
  }),
  webSessionSetup: defineRoute({
    method: 'POST',
    path: '/auth/web-session/setup',
    tag,
    summary: 'Create the first administrator in a browser, with the one-time link of the console',
    access: 'public',
    ownPages: true,
    status: 201,
    body: SetupRequest,
    response: WebSession,
  }),
  webSessionRefresh: defineRoute({
    method: 'POST',
    path: '/auth/web-session/refresh',
    tag,
    summary: 'Trade the refresh cookie for fresh cookies',
    access: 'public',
    ownPages: true,
    status: 200,
    response: WebSession,
  }),
  webSessionLogout: defineRoute({
    method: 'DELETE',
    path: '/auth/web-session',
    tag,
    summary: 'End the session of this browser at once and take its cookies back',
    access: 'public',
    ownPages: true,
    status: 204,
  }),
};

/**
 * Redis key that stands while access tokens of an ended session are still within their time. auth sets it before it
 * answers a sign-out; whoever verifies an access token refuses it if the key of its `sid` exists.
 */
export function endedSessionKey(sessionId: string): string {
  return `auth:ended:${sessionId}`;
}
