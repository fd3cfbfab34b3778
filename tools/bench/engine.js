/** The benches' Docker engine: the one that the tests use (tools/test-engine). */
export function engineHost() {
  const host = process.env.AICODE_TEST_DOCKER_HOST;
  if (host) return host;
  throw new Error('A Docker engine is needed: eval "$(./tools/test-engine start)", and stop it afterwards.');
}

/** A workspace whose files are there. */
export async function readyWorkspace(client, name, container = {}) {
  let workspace = await client.workspaces.create({ name, container });
  while (workspace.state === 'creating') workspace = await client.workspaces.get({ id: workspace.id });
  if (workspace.state !== 'ready') throw new Error(`the workspace ${name} is ${workspace.state}: ${workspace.reason}`);
  return workspace;
}

/** Runs a task to its end; milliseconds from its creation to its terminal state. */
export async function timeTask(client, workspace, command, signal) {
  const start = performance.now();
  const task = await client.tasks.create({ workspace_id: workspace.id, command });
  for await (const item of client.followLog(task.id, { signal })) {
    if (item.type === 'end' && item.task.state !== 'succeeded')
      throw new Error(`a task ${item.task.state}: ${item.task.reason}`);
  }
  return performance.now() - start;
}
