import { DomainError, type Actor } from '@aicode/contracts';

import type { Auth } from './auth.js';
import { endSession } from './sessions.repository.js';

/** Ends the acting session: its tokens, access and refresh, are refused from the moment this resolves. May be repeated. */
export async function logout(auth: Auth, actor: Actor): Promise<void> {
  const sessionId = actor.session_id;
  if (sessionId === null) throw new DomainError('auth.required', 'There is no session to end. Sign in first.');
  await auth.database.write((manager) => endSession(manager, sessionId, 'signed_out', new Date().toISOString()));
  await auth.endedSessions.refuse(sessionId);
}
