import { describe, expect, it } from '@jest/globals';
import { addressKind } from './address-kind.js';
import { checkBranchName, isBranchName } from './branch-name.js';
import { resolveCloneHost } from './clone-host.js';
import { checkCloneUrl } from './clone-url.js';

describe('checkCloneUrl', () => {
  it.each([
    ['https://github.com/a/b.git', 'https://github.com/a/b.git', 'github.com', 443],
    ['HTTP://Git.Example.COM:8080/x', 'http://git.example.com:8080/x', 'git.example.com', 8080],
    ['http://0x7f.1/x', 'http://127.0.0.1/x', '127.0.0.1', 80],
    ['https://[::1]:3/x', 'https://[::1]:3/x', '::1', 3],
    ['https://bücher.example/x', 'https://xn--bcher-kva.example/x', 'xn--bcher-kva.example', 443],
    ['https://example.com./x', 'https://example.com./x', 'example.com', 443],
    ['https://h/a/../../b', 'https://h/b', 'h', 443],
  ])('accepts %s', (text, url, host, port) => {
    expect(checkCloneUrl(text)).toMatchObject({ url, host, port });
  });

  it.each([
    ['--upload-pack=touch /tmp/x', /space/],
    ['--upload-pack=x', /dash/],
    ['-https://h/x', /dash/],
    ['file:///etc', /Only https/],
    ['/etc', /Only https/],
    ['ext::sh', /Only https/],
    ['ext::https://h/x', /Only https/],
    ['fd::17', /Only https/],
    ['git://h/x', /Only https/],
    ['ftp://h/x', /Only https/],
    ['https:h/x', /Only https/],
    ['', /Only https/],
    ['ssh://git@h/x', /SSH/],
    ['SSH://h/x', /SSH/],
    ['git+ssh://h/x', /SSH/],
    ['git@github.com:a/b.git', /SSH/],
    ['https://', /cannot be read/],
    ['https://h:99999/x', /cannot be read/],
    ['https://h/\u0000', /control/],
    ['https://h/\nx', /control/],
    ['https://h/\u0085', /control/],
    ['https://h\\@evil/x', /backslash/],
    ['https://h/a b', /space/],
    ['https://h/x?y=1', /\? or a #/],
    ['https://h/x#y', /\? or a #/],
    [`https://h/${'x'.repeat(3000)}`, /longer/],
  ])('refuses %j', (text, message) => {
    expect(() => checkCloneUrl(text)).toThrow(message);
  });

  it.each(['https://user:hunter2@h/x', 'https://ghp_hunter2@h/x', 'https://:hunter2@h/x'])(
    'refuses a credential and does not repeat it',
    (text) => {
      expect(() => checkCloneUrl(text)).toThrow(/user name or a password/);
      expect(() => checkCloneUrl(text)).not.toThrow(/hunter2/);
    },
  );
});

describe('addressKind', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2606:4700::1111', 'public'],
    ['10.1.2.3', 'private'],
    ['172.31.255.1', 'private'],
    ['172.32.0.1', 'public'],
    ['192.168.0.1', 'private'],
    ['100.64.0.1', 'private'],
    ['198.19.0.1', 'private'],
    ['fd12::1', 'private'],
    ['127.0.0.1', 'loopback'],
    ['127.9.9.9', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::127.0.0.1', 'loopback'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:169.254.169.254', 'forbidden'],
    ['169.254.169.254', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['168.63.129.16', 'forbidden'],
    ['192.0.0.192', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['0.0.0.0', 'forbidden'],
    ['0.1.2.3', 'forbidden'],
    ['::', 'forbidden'],
    ['::ffff:0.0.0.0', 'forbidden'],
    ['fe80::1', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['ff02::1', 'forbidden'],
    ['64:ff9b::7f00:1', 'forbidden'],
    ['2002:7f00:1::', 'forbidden'],
    ['example.com', 'forbidden'],
    ['', 'forbidden'],
  ])('%s is %s', (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });
});

describe('resolveCloneHost', () => {
  const url = checkCloneUrl('https://git.example.com/x');
  const answering = (...addresses: string[]) => ({ lookup: () => Promise.resolve(addresses) });

  it('pins all addresses, for git and for the hosts file', async () => {
    expect(await resolveCloneHost(url, answering('10.0.0.5', '2606:4700::1'))).toEqual({
      host: 'git.example.com',
      addresses: ['10.0.0.5', '2606:4700::1'],
      curloptResolve: 'git.example.com:443:10.0.0.5,[2606:4700::1]',
    });
  });

  it('needs no pin for an address', async () => {
    const pinned = await resolveCloneHost(checkCloneUrl('http://10.0.0.1/x'));
    expect(pinned).toEqual({ host: '10.0.0.1', addresses: ['10.0.0.1'], curloptResolve: undefined });
  });

  it.each([['127.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['169.254.169.254'], ['::ffff:127.0.0.1']])(
    'refuses a name that leads to %s',
    async (...addresses) => {
      await expect(resolveCloneHost(url, answering(...addresses))).rejects.toMatchObject({
        code: 'workspace.git_url_refused',
      });
    },
  );

  it('asks the real resolver; loopback only where it is allowed', async () => {
    const local = checkCloneUrl('http://localhost/x');
    await expect(resolveCloneHost(local)).rejects.toThrow(/this machine itself/);
    expect((await resolveCloneHost(local, { allowLoopback: true })).addresses.length).toBeGreaterThan(0);
    await expect(resolveCloneHost(checkCloneUrl('http://169.254.169.254/x'), { allowLoopback: true })).rejects.toThrow(
      /no git server/,
    );
    await expect(resolveCloneHost(checkCloneUrl('http://no-such-host.invalid/x'))).rejects.toThrow(/was not found/);
    await expect(resolveCloneHost(url, answering())).rejects.toThrow(/was not found/);
  });
});

describe('branch names', () => {
  it.each(['main', 'feature/x', 'a.b', 'v1.0-rc', 'größe', '@x', 'x@', 'HEAD~'.slice(0, 4)])('%s', (name) => {
    expect(checkBranchName(name)).toBe(name);
  });

  it.each([
    '',
    '-x',
    '--upload-pack=x',
    '@',
    'a..b',
    'a b',
    'a~',
    'a^',
    'a:b',
    'a?',
    'a*',
    'a[',
    'a\\b',
    'a@{1}',
    '/a',
    'a/',
    'a//b',
    '.a',
    'a/.b',
    'a.lock',
    'a.lock/b',
    'a.',
    'a\u0000',
    'a\u007f',
    'a\n',
    'x'.repeat(256),
  ])('refuses %j', (name) => {
    expect(isBranchName(name)).toBe(false);
    expect(() => checkBranchName(name)).toThrow(/not a valid name of a git branch/);
  });
});
