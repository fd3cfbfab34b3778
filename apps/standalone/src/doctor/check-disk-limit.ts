import type { DiskMechanism } from '@aicode/contracts';

import { ok, warn, type Check } from './check.js';

/** @param problem why disks could not be asked about at all */
export function checkDiskLimit(chosen: { mechanism: DiskMechanism; reason: string } | { problem: string }): Check {
  const name = 'disk limit';
  if ('problem' in chosen) return warn(name, 'The mechanism for disk limits could not be found out.', chosen.problem);
  if (chosen.mechanism === 'loop') return ok(name, `A mounted image for each workspace. ${chosen.reason}`);
  const [found = '', remedy = ''] = chosen.reason.split(' For hard limits: ');
  return remedy ? warn(name, found, remedy) : ok(name, found);
}
