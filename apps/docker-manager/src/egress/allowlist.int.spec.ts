import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { join } from 'node:path';

import { dockerAt, tempDir, type TempDir } from '@aicode/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Docker from 'dockerode';

import { egressSocket, proxyEnvironment, startForwarder } from './egress-forwarder.js';
import { EgressProxy } from './egress-proxy.js';
import { engineHost, run, TestRooms, type Ran } from './fixtures/engine.js';
import { Internet, logTo, nameServers } from './fixtures/internet.js';

let folder: TempDir;
let internet: Internet;
let proxy: EgressProxy;
let rooms: TestRooms;
let room: Docker.Container;

(engineHost ? describe : describe.skip)('a container with the policy allowlist', () => {
  beforeAll(async () => {
    folder = await tempDir('egress');
    await chmod(folder.path, 0o711);
    const [key, cert] = [join(folder.path, 'key.pem'), join(folder.path, 'cert.pem')];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'].concat([
        '-subj',
        '/CN=allowed.test',
        '-addext',
        'subjectAltName=DNS:allowed.test',
        '-keyout',
        key,
        '-out',
        cert,
      ]),
      { stdio: 'ignore' },
    );
    await chmod(cert, 0o644);
    internet = new Internet();
    const answer = (request: { url?: string | undefined }, response: { end(text: string): void }): void =>
      response.end(`answered ${request.url}`);
    await internet.serve(443, createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer));
    await internet.serve(80, createServer(answer));
    proxy = new EgressProxy({
      workspaceId: 'ws_1',
      allow: ['allowed.test'],
      log: logTo([]),
      resolve: nameServers({ 'allowed.test': ['203.0.113.5'] }),
      dial: internet.dial,
    });
    await proxy.listen(join(folder.path, egressSocket));
    rooms = new TestRooms(dockerAt(engineHost ?? ''));
    room = await rooms.start('none', folder.path);
    await startForwarder(room);
  });
  afterAll(async () => {
    await rooms.remove();
    await proxy.close();
    await internet.close();
    await folder.remove();
  });

  const curl = (...args: string[]): Promise<Ran> =>
    run(room, ['curl', '-sS', '--max-time', '10', '--cacert', '/run/aicli/cert.pem', ...args], proxyEnvironment());

  it.each(['https://allowed.test/a', 'http://allowed.test/a'])('reaches %s', async (url) => {
    expect(await curl(url)).toEqual({ code: 0, stdout: 'answered /a', stderr: '' });
  });

  it('is told why another host is not reached', async () => {
    const before = proxy.refused;
    expect(await curl('-i', 'http://other.test/')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^HTTP\/1.1 403 [^]*does not allow other\.test\. Add it/),
    });
    const tunnel = await curl('https://other.test/');
    expect(tunnel).toMatchObject({ code: 56, stderr: expect.stringContaining('403') });
    expect(proxy.refused).toBe(before + 2);
  });

  it('has no other way out: no names, no routes', async () => {
    expect((await run(room, ['getent', 'hosts', 'allowed.test'])).code).not.toBe(0);
    expect((await run(room, ['ip', 'route'])).stdout).toBe('');
    const direct = await run(room, ['curl', '-sS', '--noproxy', '*', 'http://203.0.113.5/']);
    expect(direct.code).toBe(7);
  });

  it('is open to git', async () => {
    const env = { ...proxyEnvironment(), GIT_SSL_CAINFO: '/run/aicli/cert.pem', HOME: '/tmp' };
    internet.dialled.length = 0;
    await run(room, ['git', 'ls-remote', 'https://allowed.test/repository.git'], env);
    expect(internet.dialled).toMatchObject([{ host: 'allowed.test', port: 443 }]);
    const refused = await run(room, ['git', 'ls-remote', 'https://other.test/repository.git'], env);
    expect(refused.stderr).toContain('403');
  });

  it('is open to npm and pip', async () => {
    const env = {
      ...proxyEnvironment(),
      HOME: '/nowhere',
      npm_config_cache: '/dev/shm/npm',
      npm_config_fetch_retries: '0',
    };
    const npm = await run(room, ['npm', 'view', 'x', '--registry', 'http://other.test/'], env);
    expect(npm.stderr).toContain('403');
    const pip = ['python3', '-c', 'import urllib.request as r; print(r.urlopen("http://allowed.test/simple/").read())'];
    expect((await run(room, pip, env)).stdout).toContain('answered /simple/');
  });

  it('keeps the way when a task kills all it can, and gets it anew after a sweep', async () => {
    await run(room, ['/bin/sh', '-c', 'kill -9 -1']);
    expect((await curl('http://allowed.test/b')).stdout).toBe('answered /b');
    await run(room, ['/bin/sh', '-c', 'kill -9 -1'], {}, '65534:65534');
    expect((await curl('http://allowed.test/b')).code).not.toBe(0);
    await startForwarder(room);
    expect((await curl('http://allowed.test/b')).stdout).toBe('answered /b');
  });

  it('is refused an image that has no socat', async () => {
    const bare = await rooms.start('none', folder.path, ['PATH=/nowhere']);
    await expect(startForwarder(bare)).rejects.toMatchObject({ code: 'container.image_unfit' });
  });

  it('is refused where something else has its place', async () => {
    await expect(startForwarder(room)).rejects.toMatchObject({ code: 'executor.unavailable' });
  });
});
