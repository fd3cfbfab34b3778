import type { EngineState } from '@aicode/contracts';

import { ok, warn, type Check } from './check.js';

export function checkDocker(engine: EngineState): Check {
  if (engine.state === 'up' && engine.image_problem !== null) {
    const [found = '', remedy = ''] = splitSentence(engine.image_problem);
    return warn('docker', `Docker ${engine.version} answers. ${found} Tasks run in a sandbox of the host.`, remedy);
  }
  if (engine.state === 'up') {
    return ok(
      'docker',
      `Docker ${engine.version} answers (API ${engine.api_version}, storage ${engine.storage_driver}).`,
    );
  }
  const [found = 'No Docker engine was found', remedy = ''] = splitSentence(engine.reason ?? '');
  return warn('docker', `${found} Tasks run in a sandbox of the host, not in a container.`, remedy);
}

/** The reason is "what was found. What to do." */
function splitSentence(reason: string): string[] {
  const end = reason.indexOf('. ') + 1;
  return end > 0 ? [reason.slice(0, end), reason.slice(end + 1)] : [reason, 'Install Docker or set DOCKER_HOST.'];
}
