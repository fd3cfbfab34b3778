import { findCliBinary } from '@aicode/claude-runner';
import { DomainError, ServerConfig } from '@aicode/contracts';
import { detectEngine } from '@aicode/docker-manager';
import { probeBubblewrap } from '@aicode/sandbox';
import { homePaths, loadConfig } from '@aicode/service-kit';

import { readPlatformState } from '../platform-state.js';
import { checkClaude } from './check-claude.js';
import { checkDisk } from './check-disk.js';
import { checkDocker } from './check-docker.js';
import { checkGit } from './check-git.js';
import { checkHome } from './check-home.js';
import { checkModel } from './check-model.js';
import { checkNode } from './check-node.js';
import { checkPort } from './check-port.js';
import { checkRedis } from './check-redis.js';
import { checkSandbox } from './check-sandbox.js';
import { fail, ok, type Check } from './check.js';
import { pingRedis } from './ping-redis.js';
import { renderReport } from './report.js';

export interface DoctorOptions {
  home: string;
  json: boolean;
  say: (text: string) => void;
  env?: Record<string, string | undefined>;
}

/** Looks at everything that the platform needs on this machine; changes nothing. Exit code 1 if a check failed. */
export async function doctor({ home, json, say, env = process.env }: DoctorOptions): Promise<number> {
  const checks = await examine(home, env);
  const healthy = checks.every((check) => check.state !== 'fail');
  say(json ? JSON.stringify({ ok: healthy, checks }, null, 2) : renderReport(checks));
  return healthy ? 0 : 1;
}

async function examine(home: string, env: Record<string, string | undefined>): Promise<Check[]> {
  const paths = homePaths(home);
  const [configCheck, config] = readConfig(home, env);
  const running = readPlatformState(paths.platformState);
  const seen = [checkNode(), checkHome(paths.home, paths.secretsDir), configCheck, checkModel(config.model, env)];
  const asked = await Promise.all([
    checkRedis(config.redis.url, pingRedis, env['PATH']),
    probeBubblewrap().then((found) => checkSandbox(found, config.executor.process_unsandboxed)),
    detectEngine({ env, timeout: 3000 }).then(checkDocker),
    checkGit(),
    checkClaude(() => findCliBinary(config.runner.cli_path)),
    checkPort(config.server.host, config.server.port, running?.url ?? null),
    checkDisk(paths.home),
  ]);
  return [...seen, ...asked];
}

/** With a broken configuration the other checks still say something, by its defaults. */
function readConfig(home: string, env: Record<string, string | undefined>): [Check, ServerConfig] {
  try {
    return [ok('config', 'The configuration is valid.'), loadConfig({ home, env })];
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return [
      fail('config', error.message, 'Correct it; docs/configuration.md lists every key.'),
      ServerConfig.parse({}),
    ];
  }
}
