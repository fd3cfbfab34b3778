import { randomBytes } from 'node:crypto';
import { join } from 'node:path';

import type { DependencyHealth } from '@aicode/contracts';
import { createProcessExecutor, findCliBinary } from '@aicode/sandbox';
import type { ServiceContext } from '@aicode/service-kit';
import { LogStore } from '@aicode/task-log';
import { Module, type DynamicModule } from '@nestjs/common';

import { missingCredentialMessage, readCredential } from './model-proxy/credential.js';
import { ModelProxy } from './model-proxy/model-proxy.js';
import { RunnerState } from './runner/runner-state.js';
import { RunnerRpc } from './runner/runner.rpc.js';
import { Leftovers } from './turns/leftovers.js';
import { TurnWorker } from './turns/turn-worker.js';

@Module({})
export class ClaudeRunnerModule {
  /** Wires the parts by hand, in the order in which they start; they stop the other way round. */
  static async create(context: ServiceContext): Promise<DynamicModule> {
    const { config, paths, log } = context;
    const executor = await createProcessExecutor({
      unsandboxed: config.executor.process_unsandboxed,
      limits: { processes: config.executor.max_processes },
    });
    // A directory of its own for each start: an older runner that still stands must not lose its sandboxes' socket to us.
    const socketDir = join(paths.modelSocketDir, randomBytes(4).toString('hex'));
    const proxy = new ModelProxy(socketDir, config.model, process.env, log);
    context.onStop('model proxy', () => proxy.stop());
    context.health.add('model credential', () => credentialHealth(context));
    context.health.add('executor', () =>
      Promise.resolve({
        name: 'executor',
        state: executor.sandboxed ? 'up' : 'degraded',
        reason: executor.description,
      }),
    );
    const worker = new TurnWorker({
      context,
      store: new LogStore(context.redis.shared),
      proxy,
      executor,
      cliBinary: findCliBinary(config.runner.cli_path),
      leftovers: new Leftovers(join(paths.runDir, 'attempts')),
    });
    await worker.start();
    context.onStop('turn worker', () => worker.stop());

    return {
      module: ClaudeRunnerModule,
      controllers: [RunnerRpc],
      providers: [{ provide: RunnerState, useValue: new RunnerState(config, executor, worker) }],
    };
  }
}

async function credentialHealth({ config }: ServiceContext): Promise<DependencyHealth> {
  const name = 'model credential';
  const credential = await readCredential(config.model, process.env).catch(() => null);
  return credential
    ? { name, state: 'up', reason: null }
    : { name, state: 'degraded', reason: missingCredentialMessage };
}
