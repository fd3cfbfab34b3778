import { describe, expect, it } from '@jest/globals';
import { containersRpc, DomainError, newId } from '@aicode/contracts';
import type { ExecSpec, Executor } from '@aicode/sandbox';
import { createLogger } from '@aicode/service-kit';
import { until } from '@aicode/testing';

import { useContainerStack } from '../fixtures/container-stack.js';
import { createDockerExecutor } from './docker-executor.js';

const stack = useContainerStack();

describe('the docker executor', () => {
  let executor: Executor;
  const spec = async (more: Partial<ExecSpec> = {}): Promise<ExecSpec> => {
    const path = await stack.project();
    return {
      ...{ command: 'bash', args: ['-c', 'cat; echo wrong >&2; exit 3'], cwd: '/workspace', env: {} },
      ...{ project: path, network: 'none' },
      workspace: { workspace_id: newId('workspace'), project_path: path, container: {} },
      owner: newId('attempt'),
      ...more,
    };
  };
  let make: (busyMs?: number) => Executor;
  const ready = async (): Promise<void> => {
    await stack.start('docker');
    const log = createLogger({ level: 'silent' });
    const client = stack.context.rpc.client(containersRpc);
    make = (busyMs = 60_000) => createDockerExecutor({ containers: client, log, busyMs });
    executor = make();
  };

  it('is an exec stream like that of a sandbox', async () => {
    await ready();
    const program = await executor.open(await spec());
    program.stdin.end('hello');
    const read = async (stream: NodeJS.ReadableStream): Promise<string> => {
      let text = '';
      for await (const chunk of stream) text += String(chunk);
      return text;
    };
    expect(await Promise.all([read(program.stdout), read(program.stderr), program.exited])).toEqual([
      'hello',
      'wrong\n',
      { code: 3, signal: null, reason: null },
    ]);
    await program.kill();
    await program.terminate(10);
  });

  it('ends what others have left', async () => {
    await ready();
    const given = await spec({ args: ['-c', 'exec sleep 1000'] });
    const left = await executor.open(given);
    await executor.endLeftovers(given.workspace?.workspace_id ?? '', new Set([given.owner ?? '']));
    await executor.endLeftovers(given.workspace?.workspace_id ?? '', new Set());
    expect(await left.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  it('gives up waiting for a room: in time, or by the signal', async () => {
    await ready();
    const busy = () => new DomainError('container.busy', 'All rooms are taken.');
    stack.containers.refusals.push(busy());
    await expect(make(0).open(await spec())).rejects.toMatchObject({ code: 'container.busy' });
    stack.containers.refusals.push(...Array.from({ length: 100 }, busy));
    const stop = new AbortController();
    const opening = executor.open(await spec({ signal: stop.signal }));
    await until(() => stack.containers.refusals.length < 100);
    stop.abort(new Error('not any more'));
    await expect(opening).rejects.toThrow('not any more');
  });

  it('needs to know whose container it is', async () => {
    await ready();
    const nobodys = await spec();
    delete nobodys.workspace;
    await expect(executor.open(nobodys)).rejects.toThrow('a container is a workspace’s');
  });

  it('takes a docker-manager that does not answer for a lost engine', async () => {
    await ready();
    const silent = () => Promise.reject(new DomainError('bus.timeout', 'docker-manager did not answer in time.'));
    const deaf = createDockerExecutor({
      containers: { open: silent, endAttempts: silent },
      log: createLogger({ level: 'silent' }),
    });
    await expect(deaf.open(await spec())).rejects.toMatchObject({ code: 'container.engine_lost' });
    await expect(deaf.endLeftovers('ws', new Set())).rejects.toMatchObject({ code: 'container.engine_lost' });
  });
});
