import { afterEach, describe, expect, it } from '@jest/globals';

import { expectAccessible, listen, picture, useBrowser } from '../fixtures/browser.js';
import { startStack, type Stack } from '@aicode/testing';

const browser = useBrowser();
let stack: Stack | undefined;
afterEach(async () => {
  await browser.closeAll();
  await stack?.stop();
});

describe('a platform without an administrator', () => {
  it('is taken by the one-time link of its console, once', async () => {
    stack = await startStack({ env: { AICLI_AUTH_FIRST_ADMIN: 'link' } });
    // The port was not known yet when the console said it.
    const link = `${stack.url}/setup?token=${/\/setup\?token=([\w-]+)/.exec(stack.log())?.[1] ?? ''}`;
    const page = await (await browser.context()).newPage();
    const said = listen(page);
    await page.goto(link);
    await page.getByLabel(/name/i).first().fill('founder');
    const passwords = page.locator('input[type=password]');
    for (let i = 0; i < (await passwords.count()); i += 1) await passwords.nth(i).fill('a long enough password');
    await picture(page, 'first-run');
    await expectAccessible(page);
    await page
      .getByRole('button', { name: /create|set up|finish|begin/i })
      .first()
      .click();
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await picture(page, 'home-empty');
    expect(said).toEqual([]);
    const again = await (await browser.context()).newPage();
    await again.goto(link);
    await again
      .getByText(/already|used|administrator/i)
      .first()
      .waitFor();
  });
});
