import { tmpdir } from 'node:os';

import { findCliBinary } from '@aicode/claude-runner';
import { DomainError, ServerConfig } from '@aicode/contracts';
import { chooseMechanism, detectEngine } from '@aicode/docker-manager';
import { probeBubblewrap } from '@aicode/sandbox';
import { createLogger, homePaths, loadConfig } from '@aicode/service-kit';

import { readPlatformState } from '../platform-state.js';
import { checkClaude } from './check-claude.js';
import { checkDisk } from './check-disk.js';
import { checkDiskLimit } from './check-disk-limit.js';
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
    detectEngine({ env, timeout: 3000, image: config.docker.image }).then(checkDocker),
    checkGit(),
    checkClaude(() => findCliBinary(config.runner.cli_path)),
    checkPort(config.server.host, config.server.port, running?.url ?? null),
    checkDisk(paths.home),
    diskLimit(config),
  ]);
  return [...seen, ...asked];
}

const silent = createLogger({ level: 'silent' });

async function diskLimit(config: ServerConfig): Promise<Check> {
  const wanted = config.docker.disk_mechanism;
  try {
    return checkDiskLimit(
      await chooseMechanism({ wanted, place: tmpdir(), uid: process.geteuid?.() ?? 0, log: silent }),
    );
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return checkDiskLimit({ problem: error.message });
  }
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
