import type { ServerConfig, SignInOrigin } from '@aicode/contracts';
import type { Database } from '@aicode/database';

import type { EndedSessions } from './ended-sessions.js';
import type { OneAtATime } from './one-at-a-time.js';
import type { SealingKey } from './sealing.js';
import type { SigningKey } from './signing-key.js';
import type { Throttle } from './throttle.js';

/** What the verbs of this service work with. */
export interface Auth {
  config: ServerConfig['auth'];
  database: Database;
  signing: SigningKey;
  sealing: SealingKey;
  throttle: Throttle;
  endedSessions: EndedSessions;
  /**
   * Passwords are checked one after the other: each takes 19 MiB and a core (6 ms here), and a sign-in that is counted
   * as failed while it runs must not make the next one look like one too many.
   */
  passwordTurn: OneAtATime;
}

/** A request that holds a secret, as it comes over the bus. */
export interface SealedRequest {
  /** JWE of the request itself; sealing.ts says how it is made. */
  sealed: string;
  origin: SignInOrigin;
}
