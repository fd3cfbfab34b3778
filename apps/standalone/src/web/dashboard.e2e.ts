/// <reference lib="dom" />
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { until } from '@aicode/testing';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';

import { expectAccessible, listen, picture, useBrowser, type PageOptions } from '../fixtures/browser.js';
import { usePlatform } from '../fixtures/e2e-stack.js';

const platform = usePlatform({ env: { AICLI_RUNNER_MAX_SESSIONS: '2' } });
const browser = useBrowser();
afterEach(() => browser.closeAll());

/** Signs a browser in as the page does: the cookies are the server's, no script sees them. */
async function signedIn(options: PageOptions = {}): Promise<{ context: BrowserContext; page: Page; said: string[] }> {
  const context = await browser.context(options);
  const answer = await context.request.post(`${platform.stack.url}/api/v1/auth/web-session`, {
    data: platform.stack.admin,
    headers: { origin: platform.stack.url, 'x-aicode-request': '1' },
  });
  expect(answer.status()).toBe(200);
  const page = await context.newPage();
  return { context, page, said: listen(page) };
}

const open = (page: Page, path: string): Promise<unknown> => page.goto(platform.stack.url + path);
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

describe('the dashboard', () => {
  it('signs in by name and password, and out; a wrong password is told in words', async () => {
    const page = await (await browser.context()).newPage();
    await open(page, '/tasks');
    await page.getByLabel('Name', { exact: false }).first().fill(platform.stack.admin.username);
    await page.getByLabel('Password').first().fill('not the password at all');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page
      .getByRole('alert')
      .filter({ hasText: /name|password/i })
      .first()
      .waitFor();
    await page.getByLabel('Password').first().fill(platform.stack.admin.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await heading(page, 'Tasks').waitFor();
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(stored).not.toMatch(/eyJ|refresh|token/i);
  });

  it('makes a workspace, gives it work, shows it live, and what it changed', async () => {
    const { page, said } = await signedIn();
    await open(page, '/workspaces');
    await page.getByRole('button', { name: 'New workspace' }).first().click();
    await page.getByLabel('Name').first().fill('from-the-browser');
    await picture(page, 'create-workspace');
    await page.getByRole('button', { name: 'Create workspace' }).click();
    await until(
      async () => (await platform.client.workspaces.list({ name: 'from-the-browser' })).items[0]?.state === 'ready',
    );
    await open(page, '/tasks');
    await page.getByRole('button', { name: 'New task' }).first().click();
    await page.getByRole('dialog').getByLabel('Workspace').selectOption({ label: 'from-the-browser' });
    const prompt =
      '#bash git init -q . && git -c user.email=a@b -c user.name=a commit -q --allow-empty -m first\n#write hello.txt hello from a browser\n#gate seen\n#say **All** is written.';
    await page.getByLabel('What is to be done').fill(prompt);
    await picture(page, 'composer');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.waitForURL(/\/tasks\/task_/);
    await page.getByText('hello.txt').first().waitFor();
    await picture(page, 'task-running');
    platform.stack.model.release('seen');
    await page.locator('strong', { hasText: 'All' }).first().waitFor();
    await page.getByText('Done', { exact: true }).first().waitFor();
    await page.getByRole('tab', { name: 'Changes' }).click();
    await page.getByText('hello from a browser').first().waitFor();
    await picture(page, 'task-changes');
    const [workspace] = (await platform.client.workspaces.list({ name: 'from-the-browser' })).items;
    expect(await readFile(join(workspace?.project_path ?? '', 'hello.txt'), 'utf8')).toBe('hello from a browser');
    expect(said).toEqual([]);
  });

  it('stops a task that runs', async () => {
    const workspace = await platform.ready('stopped');
    const task = await platform.task(workspace, '#bash echo begun\n#gate never\n#say never');
    await platform.stack.model.waitForGate('never', { timeoutMs: 30_000 });
    const { page, said } = await signedIn();
    await open(page, `/tasks/${task.id}`);
    await page.getByRole('button', { name: 'Stop', exact: true }).first().click();
    const confirm = page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: /stop/i });
    if (await confirm.count()) await confirm.first().click();
    await page.getByText('Cancelled', { exact: true }).first().waitFor();
    expect(await platform.untilFinal(task.id)).toMatchObject({ state: 'cancelled' });
    expect(said).toEqual([]);
  });

  it('has every line once after the network was away in mid-stream', async () => {
    const workspace = await platform.ready('offline');
    const lines = Array.from({ length: 40 }, (_, i) => `#bash echo line-${i}-end`);
    const half = [...lines.slice(0, 5), '#gate offline', ...lines.slice(5)].join('\n');
    const task = await platform.task(workspace, `${half}\n#say over`);
    const { context, page } = await signedIn();
    await open(page, `/tasks/${task.id}`);
    await page.getByText('line-4-end').first().waitFor();
    await platform.stack.model.waitForGate('offline', { timeoutMs: 30_000 });
    await context.setOffline(true);
    platform.stack.model.release('offline');
    await platform.untilFinal(task.id);
    await context.setOffline(false);
    await page.getByText('Done', { exact: true }).first().waitFor({ timeout: 60_000 });
    // The raw view shows every entry with its number: 1..n without gap or repeat.
    const { entries } = await platform.read(task.id);
    await page.getByText('over', { exact: true }).first().waitFor();
    const shown = await page.evaluate(() => document.body.innerText);
    for (let i = 36; i < 40; i += 1) expect(shown.split(`echo line-${i}-end`).length - 1).toBeGreaterThan(0);
    expect(entries.length).toBeGreaterThan(40);
  });

  it('shows hostile content as text, and runs none of it', async () => {
    const workspace = await platform.ready('hostile-text');
    const evil = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>[a](javascript:window.pwned=1)';
    const task = await platform.task(
      workspace,
      `#bash printf '\\033]8;;javascript:alert(1)\\007link\\033]8;;\\007 \\033[31mred\\033[0m \\342\\200\\256evil'; echo '${evil.replaceAll("'", '')}'\n#write "><script>.txt ${evil}\n#say ${evil}`,
    );
    await platform.untilFinal(task.id);
    const { page, said } = await signedIn();
    await open(page, `/tasks/${task.id}`);
    await page.getByText('Done', { exact: true }).first().waitFor();
    await page.getByText('onerror', { exact: false }).first().waitFor();
    expect(await page.evaluate(() => Reflect.has(window, 'pwned'))).toBe(false);
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(await page.locator('main script, main img').count()).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1)).toBe(true);
    expect(said).toEqual([]);
  });

  it('lets two tabs see the same', async () => {
    const workspace = await platform.ready('two-tabs');
    const { context, page } = await signedIn();
    const other = await context.newPage();
    await open(page, '/tasks');
    await open(other, '/tasks');
    await heading(page, 'Tasks').waitFor();
    await heading(other, 'Tasks').waitFor();
    const task = await platform.task(workspace, '#say seen by two');
    await platform.untilFinal(task.id);
    for (const tab of [page, other]) {
      const fresh = tab.getByRole('button', { name: /new task/ });
      await fresh.filter({ hasText: /\d/ }).first().click();
      await tab.getByText('seen by two').first().waitFor();
    }
  });

  it('asks to sign in again when the session is over, above what was typed', async () => {
    await platform.ready('typed');
    const { context, page } = await signedIn();
    await open(page, '/tasks');
    await page.getByRole('button', { name: 'New task' }).first().click();
    await page.getByRole('dialog').getByLabel('Workspace').selectOption({ label: 'typed' });
    await page.getByLabel('What is to be done').fill('#say do not lose this');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const again = page.getByRole('dialog').filter({ has: page.locator('input[type=password]') });
    await picture(page, 'session-over');
    await again.locator('input[type=password]').fill(platform.stack.admin.password);
    await again.locator('button[type=submit]').click();
    await again.waitFor({ state: 'detached' });
    // What was typed is still there, or has been sent by itself meanwhile.
    const sent = page.waitForURL(/\/tasks\/task_/).then(() => true);
    const start = page.getByRole('button', { name: 'Start', exact: true });
    if (await start.isVisible()) {
      expect(await page.getByLabel('What is to be done').inputValue()).toBe('#say do not lose this');
      await start.click();
    }
    expect(await sent).toBe(true);
    await page.getByText('do not lose this').first().waitFor();
  });
});

describe.each([
  ['desktop', 'light'],
  ['desktop', 'dark'],
  ['phone', 'light'],
  ['phone', 'dark'],
] as const)('every page on a %s in the %s theme', (size, theme) => {
  it('has nothing that axe finds, an empty console, and fits its width', async () => {
    const workspace = await platform.client.workspaces
      .list({ name: 'pages' })
      .then(async ({ items }) => items[0] ?? (await platform.ready('pages')));
    const tasks = await platform.client.tasks.list({ workspace_id: workspace.id });
    const task =
      tasks.items[0] ??
      (await platform.task(workspace, '#bash echo colours\n#write a.txt one\\ntwo\n#say # Done\\n\\nAll is well.'));
    await platform.untilFinal(task.id);
    const { page, said } = await signedIn({ size, theme });
    const pages: Record<string, string> = {
      home: '/',
      tasks: '/tasks',
      task: `/tasks/${task.id}`,
      workspaces: '/workspaces',
      workspace: `/workspaces/${workspace.id}`,
      queue: '/queue',
      nodes: '/nodes',
      settings: '/settings',
      missing: '/nowhere',
    };
    const problems: string[] = [];
    for (const [name, path] of Object.entries(pages)) {
      await open(page, path);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForLoadState('networkidle');
      await picture(page, `${name}-${size}-${theme}`);
      await expectAccessible(page).catch((error: unknown) => problems.push(`${name}: ${String(error)}`));
      const fits = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth + 1);
      if (!fits) problems.push(`${name} is wider than its window`);
    }
    expect(problems).toEqual([]);
    expect(said).toEqual([]);
  });
});
