import { describe, expect, it } from '@jest/globals';

import { checkGitSource } from './git-source.js';

const check = (url: string, branch?: string, git_allow_loopback = false) =>
  checkGitSource({ url, branch }, { git_allow_loopback });

describe('a git source', () => {
  it('is normalised', async () => {
    await expect(check('https://GitHub.com/a/b.git')).resolves.toEqual({
      url: 'https://github.com/a/b.git',
      branch: null,
    });
    await expect(check('http://127.0.0.1:1/x', 'feature/x', true)).resolves.toMatchObject({ branch: 'feature/x' });
  });

  it.each([
    ['https://me:hunter2@host/x', /user name or a password/],
    ['ssh://git@host/x', /SSH/],
    ['file:///etc', /https:\/\//],
    ['ext::sh -c id', /space/],
    ['--upload-pack=x', /dash/],
    ['http://127.0.0.1/x', /this machine itself/],
    ['http://[::1]/x', /this machine itself/],
    [`https://host/${'ü'.repeat(1000)}`, /too long once/],
    ['http://169.254.169.254/x', /no git server/],
  ])('%s is refused without showing it', async (url, message) => {
    const error: unknown = await check(url).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'workspace.git_url_refused', message: expect.stringMatching(message) });
    expect(JSON.stringify(error) + String(error)).not.toContain('hunter2');
  });

  it('names the field as the request has it', async () => {
    await expect(check('file:///etc')).rejects.toMatchObject({ details: { fields: [{ path: 'source.url' }] } });
    await expect(check('https://host/x', '--x')).rejects.toMatchObject({
      code: 'request.invalid',
      details: { fields: [{ path: 'source.branch' }] },
    });
  });
});
