import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { containersRpc, type DependencyHealth } from '@aicode/contracts';
import { createProcessExecutor, findCliBinary } from '@aicode/sandbox';
import type { ServiceContext } from '@aicode/service-kit';
import { LogStore } from '@aicode/task-log';
import { Module, type DynamicModule } from '@nestjs/common';

import { chooseExecutor, type ChosenExecutor } from './executors/choose-executor.js';
import { createDockerExecutor } from './executors/docker-executor.js';
import { missingCredentialMessage, readCredential } from './model-proxy/credential.js';
import { ModelProxy } from './model-proxy/model-proxy.js';
import { NodeWatch } from './runner/node-figures.js';
import { RunnerState } from './runner/runner-state.js';
import { RunnerRpc } from './runner/runner.rpc.js';
import { TurnWorker } from './turns/turn-worker.js';

@Module({})
export class ClaudeRunnerModule {
  /** Wires the parts by hand, in the order in which they start; they stop the other way round. */
  static async create(context: ServiceContext): Promise<DynamicModule> {
    const { config, log } = context;
    const { executor, health } = await executorFor(context);
    const proxy = new ModelProxy(config.model, process.env, log);
    context.onStop('model proxy', () => Promise.resolve(proxy.stop()));
    context.health.add('model credential', () => credentialHealth(context));
    context.health.add('executor', health);
    const worker = new TurnWorker({
      context,
      store: new LogStore(context.redis.shared),
      proxy,
      executor,
      cliBinary: findCliBinary(config.runner.cli_path),
    });
    await worker.start();
    context.onStop('turn worker', () => worker.stop());
    const machine = new NodeWatch(context.paths.home);
    machine.start();
    context.onStop('figures of the node', () => Promise.resolve(machine.stop()));

    return {
      module: ClaudeRunnerModule,
      controllers: [RunnerRpc],
      providers: [{ provide: RunnerState, useValue: new RunnerState(config, executor, worker, machine) }],
    };
  }
}

function executorFor(context: ServiceContext): Promise<ChosenExecutor> {
  const { config, paths, rpc, log } = context;
  const containers = rpc.client(containersRpc);
  // A directory of its own for each start: an older runner that still stands must not lose its sandboxes' sockets to us.
  const socketsDir = join(paths.modelSocketDir, randomBytes(4).toString('hex'));
  context.onStop('sockets', () => rm(socketsDir, { recursive: true, force: true }));
  return chooseExecutor({
    kind: config.executor.kind,
    askEngine: (timeoutMs) => containers.engine({}, { timeoutMs }),
    makeDocker: () => createDockerExecutor({ containers, log }),
    makeProcess: () =>
      createProcessExecutor({
        unsandboxed: config.executor.process_unsandboxed,
        limits: { processes: config.executor.max_processes },
        socketsDir,
        notesDir: join(paths.runDir, 'attempts'),
      }),
  });
}

async function credentialHealth({ config }: ServiceContext): Promise<DependencyHealth> {
  const name = 'model credential';
  const credential = await readCredential(config.model, process.env).catch(() => null);
  return credential
    ? { name, state: 'up', reason: null }
    : { name, state: 'degraded', reason: missingCredentialMessage };
}
