/** Writes docs/dashboard.png: a real task in the dashboard of a real platform, in Debian's Chromium. Needs a build (npm run build). */
import { chown, cp, readdir, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { createApiClient } from '@aicode/api-client';
import { signIn, startStack, tempDir } from '@aicode/testing';
import { chromium } from 'playwright-core';

const picture = fileURLToPath(new URL('../docs/dashboard.png', import.meta.url));
const sample = fileURLToPath(new URL('sample', import.meta.url));
const prompt = 'Fix the failing check in greet.js and run it';

const stack = await startStack({ demoModel: true });
const profile = await tempDir('picture');
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  env: { HOME: profile.path, PATH: process.env.PATH ?? '' },
});
try {
  const { token } = await signIn(stack.url, stack.admin);
  const client = createApiClient({ baseUrl: stack.url, token: () => Promise.resolve(token), userAgent: 'picture' });
  let workspace = await client.workspaces.create({ name: 'hello' });
  while (workspace.state === 'creating') workspace = await client.workspaces.get({ id: workspace.id });
  // The files belong to the workspace's user, as a clone's would.
  await cp(sample, workspace.project_path, { recursive: true });
  await give(workspace.project_path);
  const task = await client.tasks.create({ workspace_id: workspace.id, command: prompt });
  for await (const item of client.followLog(task.id)) {
    if (item.type === 'end' && item.task.state !== 'succeeded') throw new Error(`the task ${item.task.state}`);
  }
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 1.5,
    colorScheme: 'light',
    locale: 'en-GB',
    reducedMotion: 'reduce',
  });
  await context.request.post(`${stack.url}/api/v1/auth/web-session`, {
    data: stack.admin,
    headers: { origin: stack.url, 'x-aicode-request': '1' },
  });
  const page = await context.newPage();
  await page.goto(`${stack.url}/tasks/${task.id}`);
  await page.getByText('Attempt 1 has ended').first().waitFor();
  await page.screenshot({ path: picture });
} finally {
  await browser.close();
  await profile.remove();
  await stack.stop();
}

/** To whom the directory belongs, where we may give. */
async function give(path) {
  const { uid, gid } = await stat(path);
  if (process.getuid() !== 0) return;
  for (const name of await readdir(path)) await chown(`${path}/${name}`, uid, gid);
}
