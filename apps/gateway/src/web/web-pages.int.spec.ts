import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';

import { tempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startGateway, type GatewayStack } from '../fixtures/gateway-stack.js';
import { expectProblem, expectProblemResponse } from '../fixtures/problem-answer.js';
import { rawBytes, rawRequest } from '../fixtures/raw-request.js';
import { requestRate } from '../http/request-rates.js';

const html = '<!doctype html><title>the dashboard</title>';
const script = `/* ${'the first script '.repeat(200)} */`;
const built = {
  'index.html': html,
  'theme.js': 'theme',
  'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
  'assets/index-B3xk9_Qa.js': script,
  'assets/index-B3xk9_Qa.js.br': brotliCompressSync(`${script}br`),
  'assets/index-B3xk9_Qa.js.gz': gzipSync(`${script}gz`),
  'assets/late-B3xk9_Qb.js': script,
  'assets/style-C4yl8-Rc.css': 'body{}',
  'assets/font-D5zm7ASd.woff2': Buffer.from([1, 2, 3]),
  'assets/plain.js': 'no hash',
  '.vite/manifest.json': 'hidden',
  'assets/.hidden-B3xk9_Qa.js': 'hidden',
};
const asBrowser = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const immutable = 'public, max-age=31536000, immutable';

let home: Awaited<ReturnType<typeof tempDir>>;
let dist: string;
let stack: GatewayStack;

beforeAll(async () => {
  home = await tempDir('web');
  dist = join(home.path, 'dist');
  await writeBuild(built);
  await writeFile(join(home.path, 'secret.txt'), 'a secret');
  await mkdir(join(home.path, 'dist-old'));
  await writeFile(join(home.path, 'dist-old', 'secret.txt'), 'a secret');
  stack = await startGateway({ server: { web_dir: dist } });
});
afterAll(async () => {
  await stack.stop();
  await home.remove();
});

async function writeBuild(files: Record<string, string | Buffer>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(dist, name, '..'), { recursive: true });
    await writeFile(join(dist, name), content);
  }
}

const get = (path: string, headers: Record<string, string> = asBrowser, method = 'GET'): Promise<Response> =>
  fetch(`${stack.url}${path}`, { headers, method });

describe('the page', () => {
  it.each([
    '/',
    '/index.html',
    '/tasks',
    '/tasks/task_1?tab=log',
    '/workspaces/x/y',
    '/setup?token=abc',
    '/inbox/',
    '/a%20b',
  ])('is at %s', async (path) => {
    const response = await get(path);
    expect([response.status, await response.text()]).toEqual([200, html]);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  it('may run and reach nothing but what is ours', async () => {
    for (const path of ['/', '/tasks/x', '/assets/index-B3xk9_Qa.js']) {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws: wss:; font-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'",
      );
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('permissions-policy')).toMatch(/camera=\(\).*geolocation=\(\)/);
      expect(headers.get('x-powered-by')).toBeNull();
    }
  });

  it('is at / for everybody, and elsewhere only for who reads pages', async () => {
    expect(await (await get('/', { Accept: '*/*' })).text()).toBe(html);
    await expectProblemResponse(await get('/tasks/x', { Accept: '*/*' }), 'request.not_found');
    await expectProblemResponse(await get('/tasks/x', { Accept: 'application/json' }), 'request.not_found');
    await expectProblemResponse(await get('/favicon.ico', { Accept: 'image/avif,image/*' }), 'request.not_found');
  });

  it('answers HEAD as GET, and no other method', async () => {
    for (const path of ['/', '/tasks/x', '/assets/index-B3xk9_Qa.js']) {
      const response = await get(path, asBrowser, 'HEAD');
      expect([response.status, await response.text()]).toEqual([200, '']);
    }
    await expectProblemResponse(await get('/', asBrowser, 'POST'), 'request.not_found');
    await expectProblemResponse(await get('/tasks/x', asBrowser, 'DELETE'), 'request.not_found');
  });

  it('is not what the API and the sockets answer', async () => {
    for (const path of ['/api', '/api/v1/nothing', '/API/v1/nothing', '/api/v1/../../x']) {
      const response = await get(path);
      if (path.endsWith('x')) expect(await response.text()).toBe(html);
      else await expectProblemResponse(response, 'request.not_found');
    }
    const { headers } = await get('/api/v1/health');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await get('/socket.io/x')).status).toBe(400);
  });
});

describe('its files', () => {
  it.each([
    ['/assets/index-B3xk9_Qa.js', 'text/javascript; charset=utf-8', immutable],
    ['/assets/style-C4yl8-Rc.css', 'text/css; charset=utf-8', immutable],
    ['/assets/font-D5zm7ASd.woff2', 'font/woff2', immutable],
    ['/assets/plain.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['/theme.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['/icon.svg', 'image/svg+xml', 'no-cache'],
  ])('%s has the type %s and is kept as %s', async (path, type, cache) => {
    const response = await get(path, { Accept: '*/*' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(type);
    expect(response.headers.get('cache-control')).toBe(cache);
    expect(response.headers.get('vary')).toContain('Accept-Encoding');
  });

  it.each([
    ['br, gzip', 'br', `${script}br`],
    ['gzip', 'gzip', `${script}gz`],
    ['gzip, br;q=0', 'gzip', `${script}gz`],
    ['identity', undefined, script],
  ])('that the build has compressed go out so to who takes %s', async (accepted, encoding, text) => {
    const path = '/assets/index-B3xk9_Qa.js';
    expect(await decoded(path, accepted)).toEqual({ encoding, text, cache: immutable });
  });

  it.each([
    ['br', 'br'],
    ['gzip', 'gzip'],
    ['', undefined],
  ])('that it has not are compressed on their way to who takes %s', async (accepted, encoding) => {
    const path = '/assets/late-B3xk9_Qb.js';
    expect(await decoded(path, accepted)).toEqual({ encoding, text: script, cache: immutable });
  });

  it('are not sent again to who has them', async () => {
    const { headers } = await rawRequest(`${stack.url}/theme.js`);
    const again = { 'If-None-Match': headers.etag ?? '' };
    expect((await rawRequest(`${stack.url}/theme.js`, { headers: again })).status).toBe(304);
  });

  it.each([
    '/assets/gone-B3xk9_Qa.js',
    '/assets/',
    '/assets',
    '/assets/index-B3xk9_Qa.js/x',
    '/assets/.hidden-B3xk9_Qa.js',
    '/assets/..%2f.vite%2fmanifest.json',
    '/assets/%00',
    '/assets/%zz',
    `/assets/${'x'.repeat(300)}`,
  ])('that are not there are not found, also by who reads pages: %s', async (path) => {
    const answer = await rawRequest(`${stack.url}${path}`, { headers: asBrowser });
    expectProblem(answer, 'request.not_found');
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
  });

  it.each([
    '/../secret.txt',
    '/../dist-old/secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/..%5csecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '//secret.txt',
    '/.vite/manifest.json',
    '/%2evite/manifest.json',
    '/./.vite/manifest.json',
    '/proc/self/environ',
    '/%00',
    '/%zz',
  ])('give nothing else away: %s', async (path) => {
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\nConnection: close\r\n\r\n`;
    const answer = await rawBytes(stack.url, request);
    expect(answer).toMatch(/^HTTP\/1\.1 40[0-4] /);
    expect(answer).not.toContain('a secret');
    expect(answer).not.toContain('hidden');
    expect(answer).not.toContain(home.path);
  });

  it('are for this host alone', async () => {
    const answer = await rawRequest(`${stack.url}/`, { headers: { Host: 'evil.example.org' } });
    expectProblem(answer, 'request.host_refused');
  });
});

async function decoded(path: string, accepted: string): Promise<object> {
  const { headers, bytes } = await rawRequest(`${stack.url}${path}`, { headers: { 'Accept-Encoding': accepted } });
  const encoding = headers['content-encoding'];
  const content = encoding === 'br' ? brotliDecompressSync(bytes) : encoding === 'gzip' ? gunzipSync(bytes) : bytes;
  return { encoding, text: content.toString(), cache: headers['cache-control'] };
}

describe('without a build', () => {
  it('says how to make one, while the API works; and serves it when it is there', async () => {
    const folder = await tempDir('web');
    const bare = await startGateway({ server: { web_dir: join(folder.path, 'dist') } });
    try {
      const ask = (path: string, headers = asBrowser) => fetch(`${bare.url}${path}`, { headers });
      for (const path of ['/', '/tasks/x']) {
        const response = await ask(path);
        expect([response.status, response.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8']);
        expect(response.headers.get('cache-control')).toBe('no-store');
        const text = await response.text();
        expect(text).toContain('npm run build');
        expect(text).not.toContain(folder.path);
      }
      await expectProblemResponse(await ask('/', { Accept: 'application/json' }), 'request.not_found');
      expect((await bare.call('/health')).status).toBe(200);
      await mkdir(join(folder.path, 'dist'));
      await writeFile(join(folder.path, 'dist', 'index.html'), html);
      expect(await (await ask('/tasks/x')).text()).toBe(html);
    } finally {
      await bare.stop();
      await folder.remove();
    }
  });

  it('a flood is slowed down as elsewhere', async () => {
    const bare = await startGateway({ server: { web_dir: dist } });
    try {
      const answers: Response[] = [];
      for (let i = 0; i < requestRate.burst * 3 && answers.length === 0; i += 100) {
        const batch = await Promise.all(
          Array.from({ length: 100 }, () => fetch(`${bare.url}/theme.js`, { method: 'HEAD' })),
        );
        answers.push(...batch.filter(({ status }) => status !== 200));
      }
      expect(answers[0]?.status).toBe(429);
    } finally {
      await bare.stop();
    }
  });
});
