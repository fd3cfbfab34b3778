import { IsNull, MoreThan, type EntityManager } from 'typeorm';

import { SetupLinkEntity } from './setup-link.entity.js';

/** Stores a new link in place of all earlier ones. */
export async function replaceSetupLinks(manager: EntityManager, link: SetupLinkEntity): Promise<void> {
  await manager.deleteAll(SetupLinkEntity);
  await manager.insert(SetupLinkEntity, link);
}

/** True if the link works at this time. */
export function setupLinkWorks(manager: EntityManager, tokenHash: string, now: string): Promise<boolean> {
  return manager.existsBy(SetupLinkEntity, { token_hash: tokenHash, used_at: IsNull(), expires_at: MoreThan(now) });
}

/**
 * Uses up every link there is, in one statement: of two replicas' links, used at the same time, the second finds none
 * left. False if so.
 */
export async function useUpSetupLinks(manager: EntityManager, now: string): Promise<boolean> {
  const { affected } = await manager.update(SetupLinkEntity, { used_at: IsNull() }, { used_at: now });
  return (affected ?? 0) > 0;
}
