import {
  newId,
  resolveContainer,
  type ContainerSettings,
  type UpdateWorkspace,
  type Workspace,
} from '@aicode/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { admin, alice, bob, startStack, viewer, type WorkspaceStack } from '../fixtures/workspace-stack.js';

const mb = 1024 ** 2;
const config = { cpu: 1, disk: '64mb', max_cpu: 4, max_disk: '1gb', networks: ['isolated', 'allowlist'] };

let stack: WorkspaceStack;
beforeAll(async () => {
  stack = await startStack({}, { overrides: { docker: config } });
  await Promise.all([stack.startReplica(), stack.startReplica()]);
});
afterAll(() => stack?.stop());

let names = 0;
const create = (container: ContainerSettings = {}): Promise<Workspace> =>
  stack.rpc.create({ name: `w${(names += 1)}`, container }, { actor: alice });
const update = ({ id }: Pick<Workspace, 'id'>, change: UpdateWorkspace, actor = alice) =>
  stack.rpc.update({ workspace_id: id, change }, { actor });

describe('the container settings of a workspace', () => {
  it('are those of the configuration where it sets none', async () => {
    const made = await create();
    expect(made.container_settings).toEqual({});
    expect(made.container).toEqual(resolveContainer({}, stack.context.config.docker));
    expect(made.container).toMatchObject({ cpu: 1, disk: 64 * mb, network: 'isolated' });
  });

  it('are kept, and read by everybody who may see it', async () => {
    const settings = { cpu: 2, disk: 128 * mb, network: 'allowlist', allow: ['example.org'], env: { A: 'b' } } as const;
    const made = await create({ ...settings, allow: [...settings.allow] });
    expect(made).toMatchObject({ state: 'ready', container_settings: settings, container: settings });
    const ref = { workspace_id: made.id };
    await expect(stack.rpc.get(ref, { actor: admin })).resolves.toEqual(made);
    expect((await stack.rpc.list({ limit: 1 }, { actor: alice })).items).toEqual([made]);
    expect(await stack.row(made.id)).toMatchObject({ container: settings });
  });

  it('beyond the limits are refused, each with its name; nothing is left', async () => {
    const container = { cpu: 5, disk: 2048 * mb, network: 'open', pids: 64 } as const;
    const before = stack.told.length;
    await expect(stack.rpc.create({ name: 'too much', container }, { actor: alice })).rejects.toMatchObject({
      code: 'request.invalid',
      details: {
        fields: [
          { path: 'container.cpu', message: expect.stringContaining('at most 4') },
          { path: 'container.disk' },
          { path: 'container.network', message: expect.stringContaining('isolated or allowlist') },
        ],
      },
    });
    expect((await stack.rpc.list({ limit: 1, name: 'too much' }, { actor: alice })).items).toEqual([]);
    expect(stack.told).toHaveLength(before);
  });
});

describe('changing a workspace', () => {
  it('changes what is named, gives back what is null, and tells it', async () => {
    const made = await create({ cpu: 2, pids: 64 });
    const changed = await update(made, { container: { cpu: null, env: { B: 'c' } } });
    expect(changed).toMatchObject({ version: made.version + 1, container_settings: { pids: 64, env: { B: 'c' } } });
    expect(changed.container.cpu).toBe(1);
    await expect(stack.change(made.id, ({ version }) => version === changed.version)).resolves.toEqual(changed);
  });

  it('that changes nothing is no change', async () => {
    const made = await create({ cpu: 2 });
    for (const change of [{}, { name: made.name }, { container: { cpu: 2 } }, { container: { pids: null } }]) {
      await expect(update(made, change)).resolves.toEqual(made);
    }
  });

  it('renames it, if the name is free, however its letters are put together', async () => {
    const [made, other] = [await create(), await create()];
    await expect(update(made, { name: 'cafe\u0301' })).resolves.toMatchObject({ name: 'caf\u00e9' });
    await expect(update(other, { name: 'caf\u00e9', container: { cpu: 2 } })).rejects.toMatchObject({
      code: 'workspace.name_taken',
      details: { fields: [{ path: 'name' }] },
    });
    await expect(stack.rpc.get({ workspace_id: other.id }, { actor: alice })).resolves.toEqual(other);
    await expect(stack.rpc.create({ name: made.name }, { actor: alice })).resolves.toMatchObject({ name: made.name });
  });

  it('by many at once loses none of the changes', async () => {
    const made = await create();
    const changes: UpdateWorkspace[] = [
      { name: 'by many' },
      ...(['cpu', 'pids', 'memory', 'env', 'allow'] as const).map((key) => ({
        container: { [key]: { cpu: 3, pids: 99, memory: 256 * mb, env: { X: 'y' }, allow: ['x.example'] }[key] },
      })),
    ];
    await Promise.all(changes.map((change) => update(made, change)));
    await expect(stack.rpc.get({ workspace_id: made.id }, { actor: alice })).resolves.toMatchObject({
      name: 'by many',
      version: made.version + changes.length,
      container_settings: { cpu: 3, pids: 99, memory: 256 * mb, env: { X: 'y' }, allow: ['x.example'] },
    });
  });

  it('is for its owner and administrators, of one that is there', async () => {
    const made = await create();
    await expect(update(made, { name: 'mine' }, bob)).rejects.toMatchObject({ code: 'workspace.not_found' });
    await expect(update(made, { name: 'mine' }, viewer)).rejects.toMatchObject({ code: 'auth.forbidden' });
    await expect(update({ id: newId('workspace') }, {})).rejects.toMatchObject({ code: 'workspace.not_found' });
    const deleting = await stack.insert({ state: 'deleting', node: 'elsewhere' });
    await expect(update(deleting, { name: 'x' })).rejects.toMatchObject({ code: 'workspace.deleting' });
    await expect(update(made, { name: 'ours' }, admin)).resolves.toMatchObject({ name: 'ours' });
  });

  it('beyond the limits is refused, and changes nothing', async () => {
    const made = await create();
    await expect(update(made, { name: 'other', container: { cpu: 5 } })).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ path: 'container.cpu' }] },
    });
    await expect(stack.rpc.get({ workspace_id: made.id }, { actor: alice })).resolves.toEqual(made);
  });

  it('is not refused for a setting that a newer limit forbids', async () => {
    const row = await stack.insert({ state: 'ready', container: { cpu: 100 } });
    const changed = await update(row, { name: 'old settings' });
    expect(changed).toMatchObject({ container: { cpu: 4 }, container_settings: { cpu: 100 } });
  });
});

describe('a larger disk', () => {
  const sizes = async (id: string) => (await stack.docker.askedAbout(id)).map(({ input }) => input.bytes);

  it('is there before the change is; a smaller one stays as it is', async () => {
    const made = await create();
    await update(made, { container: { disk: 256 * mb } });
    await update(made, { container: { disk: 128 * mb } });
    await update(made, { container: { cpu: 2 } });
    expect(await sizes(made.id)).toEqual([64 * mb, 256 * mb]);
  });

  it('that cannot be had refuses the change', async () => {
    const made = await create();
    await stack.docker.fail('prepare', { code: 'storage.unavailable', message: 'The disk of the host is full.' });
    try {
      const refused = update(made, { name: 'larger', container: { disk: 256 * mb } });
      await expect(refused).rejects.toMatchObject({ message: 'The disk of the host is full.' });
    } finally {
      await stack.docker.mend('prepare');
    }
    await expect(stack.rpc.get({ workspace_id: made.id }, { actor: alice })).resolves.toEqual(made);
  });

  it('is only for files that are on a disk of ours', async () => {
    const path = await stack.localProject('bound');
    const bound = await stack.rpc.create({ name: 'bound', source: { type: 'path', path } }, { actor: alice });
    const old = await stack.insert({ state: 'ready', project_path: `${stack.paths.workspaces}/old/project` });
    for (const { id } of [bound, old]) {
      const changed = await update({ id }, { container: { disk: 256 * mb } });
      expect(changed.container.disk).toBe(256 * mb);
      expect(await sizes(id)).toEqual([]);
    }
  });
});
