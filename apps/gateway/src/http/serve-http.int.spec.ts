import { once } from 'node:events';
import { createServer } from 'node:net';
import { request, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

import { DomainError } from '@aicode/contracts';
import { describe, expect, it } from '@jest/globals';

import { startGateway } from '../fixtures/gateway-stack.js';
import { expectProblemResponse } from '../fixtures/problem-answer.js';
import { requestRate } from './request-rates.js';

describe('serveHttp', () => {
  it('says what to do when its port is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const starting = startGateway({ server: { port: port ?? 0 } });
    await expect(starting).rejects.toThrow(DomainError);
    await expect(starting).rejects.toThrow(`cannot listen on 127.0.0.1:${port} (EADDRINUSE)`);
    squatter.close();
    await once(squatter, 'close');
  });

  it('names the address that people use', async () => {
    const stack = await startGateway({ server: { public_url: 'https://code.example.org/' } });
    expect(stack.gateway.url).toBe('https://code.example.org');
    await stack.stop();
  });

  it('answers the requests at work before it stops, and stops all the same when one never ends', async () => {
    const stack = await startGateway();
    const { hostname, port } = new URL(stack.url);
    const headers = { 'Content-Type': 'application/json', 'Content-Length': '2' };
    const half = request({ hostname, port, path: '/api/v1/auth/login', method: 'POST', headers });
    half.on('error', () => undefined);
    half.write('{');
    const working = request({ hostname, port, path: '/api/v1/health/ready', agent: false });
    const answered = new Promise<IncomingMessage>((resolve) => working.once('response', resolve));
    working.end();
    const answer = await answered;
    const begun = performance.now();
    await Promise.all([stack.stop(), text(answer)]);
    expect(performance.now() - begun).toBeLessThan(10_000);
    await expect(fetch(`${stack.url}/api/v1/health`)).rejects.toThrow();
  });

  it('slows down a flood', async () => {
    const stack = await startGateway();
    const answers = [];
    for (let i = 0; i < requestRate.burst * 3 && answers.length === 0; i += 100) {
      const batch = await Promise.all(Array.from({ length: 100 }, () => stack.call('/health')));
      answers.push(...batch.filter(({ status }) => status !== 200));
    }
    const [refused] = answers;
    if (!refused) throw new Error('nothing was refused');
    expect(refused.headers.get('retry-after')).toBe('1');
    await expectProblemResponse(refused, 'request.rate_limited');
    await stack.stop();
  });
});
