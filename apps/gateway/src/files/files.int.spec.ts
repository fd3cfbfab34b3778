import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { expectProblemResponse } from '../fixtures/problem-answer.js';

let stack: GatewayStack;
let id: string;
beforeAll(async () => {
  stack = await startGateway();
  id = stack.workspaces.add(stack.auth.user('operator').id).id;
});
afterAll(() => stack.stop());

const call = (path: string) => stack.call(`/workspaces/${id}${path}`, { as: 'operator' });
const json = async (path: string): Promise<unknown> => (await call(path)).json();

describe('the files of a workspace', () => {
  it('are listed from the project’s directory on, if no other is named', async () => {
    expect(await json('/files')).toMatchObject({ path: '', entries: [{ name: 'a.txt' }], truncated: false });
    expect(await json('/files?path=')).toMatchObject({ path: '' });
    expect(await json('/files?path=src//deep/./')).toMatchObject({ path: 'src/deep' });
  });

  it('have whatever names they have', async () => {
    for (const path of [
      '한글',
      'a b',
      '"q" \'s\'',
      'line\nbreak',
      '\u202ex',
      '..x/y..',
      '%2e%2e',
      '-rf',
      'a&path=b',
      '+',
    ]) {
      expect(await json(`/file?path=${encodeURIComponent(path)}`)).toMatchObject({ path, content: 'hello\n' });
    }
  });

  it('are compared with the last commit', async () => {
    expect(await json('/diff')).toEqual({ base: null, files: [], truncated: false });
  });

  it.each([
    ['/etc/passwd', /relative/],
    ['..', /\.\./],
    ['../x', /\.\./],
    ['a/../../x', /\.\./],
    ['a\0b', /NUL/],
    ['x'.repeat(4097), /at most 4096/],
  ])('are not found outside: %j', async (path, message) => {
    for (const route of ['files', 'file']) {
      const response = await call(`/${route}?path=${encodeURIComponent(path)}`);
      const problem = await expectProblemResponse(response, 'request.invalid');
      expect(problem.errors).toMatchObject([{ path: 'path', message: expect.stringMatching(message) }]);
    }
  });

  it.each(['/file', '/file?path=', '/file?path=.', '/file?path=a&path=b', '/files?path[]=a', '/diff?path=a'])(
    'are not to be had by %s',
    async (path) => {
      await expectProblemResponse(await call(path), 'request.invalid');
    },
  );
});
