import { mkdirSync, writeFileSync } from 'node:fs';

import { DomainError, ServerConfig } from '@aicode/contracts';
import { tempDir, type TempDir } from '@aicode/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { configKeys } from './config-keys.js';
import { loadConfig } from './load-config.js';

describe('loadConfig', () => {
  let home: TempDir;
  beforeEach(async () => {
    home = await tempDir('config');
  });
  afterEach(() => home.remove());

  const write = (yaml: string) => {
    mkdirSync(`${home.path}/config`, { recursive: true });
    writeFileSync(`${home.path}/config/server.yaml`, yaml);
  };
  const load = (env: Record<string, string> = {}, overrides = {}) => loadConfig({ home: home.path, env, overrides });
  const refusal = (env: Record<string, string> = {}, overrides = {}): DomainError => {
    try {
      load(env, overrides);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'config.invalid') return error;
      throw error;
    }
    throw new Error('the config was accepted');
  };

  it('gives the defaults without a file', () => {
    expect(load()).toEqual(ServerConfig.parse({}));
  });

  it('accepts an empty file and an empty group', () => {
    write('# nothing yet\nserver:\n');
    expect(load()).toEqual(ServerConfig.parse({}));
  });

  it('takes the file over the defaults, the environment over the file, and overrides over all', () => {
    write('server:\n  port: 1111\n  host: 0.0.0.0\nbus:\n  timeout: 7s\nworkspaces:\n  allowed_roots: [/a, /b]\n');
    const env = { AICLI_SERVER_PORT: '2222', AICLI_BUS_TIMEOUT: '8s', AICLI_WORKSPACES_GIT_ALLOW_LOOPBACK: 'true' };
    const config = load(env, { server: { port: 3333 } });
    expect(config.server).toMatchObject({ port: 3333, host: '0.0.0.0' });
    expect(config.bus.timeout).toBe(8000);
    expect(config.workspaces).toMatchObject({ allowed_roots: ['/a', '/b'], git_allow_loopback: true });
  });

  it('reads lists from the environment by commas', () => {
    expect(load({ AICLI_SERVER_CORS_ORIGINS: 'https://a.example, https://b.example' }).server.cors_origins).toEqual([
      'https://a.example',
      'https://b.example',
    ]);
    expect(load({ AICLI_SERVER_CORS_ORIGINS: '' }).server.cors_origins).toEqual([]);
  });

  describe('docker.yaml', () => {
    const writeDocker = (yaml: string) => {
      mkdirSync(`${home.path}/config`, { recursive: true });
      writeFileSync(`${home.path}/config/docker.yaml`, yaml);
    };

    it('holds the keys of docker, below the environment', () => {
      writeDocker('image: debian:bookworm\nmemory: 4gb\nallow: [preset:npm]\n');
      const config = load({ AICLI_DOCKER_MEMORY: '1gb', AICLI_DOCKER_NETWORKS: 'isolated, allowlist' });
      expect(config.docker).toMatchObject({
        image: 'debian:bookworm',
        memory: 1024 ** 3,
        allow: ['preset:npm'],
        networks: ['isolated', 'allowlist'],
      });
    });

    it('is named with the key that is wrong in it', () => {
      writeDocker('memmory: 4gb\nnetwork: everywhere\nallow: [127.0.0.1]\n');
      const { message } = refusal();
      expect(message).toContain('docker.yaml: docker.memmory is not a key of the config; did you mean docker.memory?');
      expect(message).toMatch(/docker.yaml: docker.network must be isolated or allowlist or open/);
      expect(message).toMatch(/docker.allow must be a host name/);
    });

    it('is the only file for them', () => {
      write('docker:\n  memory: 4gb\n');
      expect(refusal().message).toMatch(/the keys of docker belong in .*docker\.yaml/);
    });
  });

  it('reads the file that AICLI_CONFIG names', () => {
    writeFileSync(`${home.path}/other.yaml`, 'server:\n  port: 4444\n');
    expect(load({ AICLI_CONFIG: `${home.path}/other.yaml` }).server.port).toBe(4444);
  });

  it('leaves the plain variables of the platform and of other programs alone', () => {
    expect(load({ AICLI_HOME: '/x', AICLI_TOKEN: 'y', AICLI_SERVER: 'http://z', PORT: '1' })).toEqual(load());
  });

  it('has a variable for each key, each only once', () => {
    expect(configKeys.map((key) => key.variable)).toContain('AICLI_MODEL_FIRST_BYTE_TIMEOUT');
    expect(new Set(configKeys.map((key) => key.variable)).size).toBe(configKeys.length);
  });

  it.each<[string, string, string[]]>([
    ['a key that does not exist', 'server:\n  prot: 1', ['server.yaml', 'server.prot', 'did you mean server.port?']],
    ['a group that does not exist', 'sever:\n  port: 1', ['sever is not a key', 'did you mean server?']],
    ['nothing that is near', 'zzzzzzzzzz: 1', ['zzzzzzzzzz is not a key of the config']],
    ['a group without keys', 'server: 7780', ['server must hold keys below it, found 7780']],
    ['no map at all', '- a\n- b', ['must hold keys with their values']],
    ['a key without a value', 'server:\n  port:', ['server.port has no value']],
    ['a text for a number', 'server:\n  port: many', ['server.port must be a whole number, found "many"']],
    ['true for a number', 'server:\n  port: true', ['server.port must be a number, found true']],
    ['a number too large', 'server:\n  port: 70000', ['server.port must be at most 65535, found 70000']],
    ['a number too small', 'bus:\n  handlers: 0', ['bus.handlers must be more than 0, found 0']],
    [
      'a duration without sense',
      'bus:\n  timeout: soon',
      ['bus.timeout must be a duration like 30s, 15m or 2h, found "soon"'],
    ],
    ['a size without sense', 'bus:\n  max_payload: big', ['must be a size like 512kb, 1mb or 2g']],
    [
      'an unknown word',
      'log:\n  level: loud',
      ['log.level must be debug or info or warn or error or silent, found "loud"'],
    ],
    ['a flag that is none', 'workspaces:\n  git_allow_loopback: sure', ['must be true or false, found "sure"']],
    ['a map for a list', 'server:\n  cors_origins: {a: 1}', ['server.cors_origins must be a list or a text']],
    ['a relative path', 'model:\n  api_key_file: key', ['model.api_key_file must be an absolute path']],
    ['what is no URL', 'model:\n  base_url: ftp://x', ['model.base_url must be a URL with http:// or https://']],
    ['a key given twice', 'server:\n  port: 1\n  port: 2', ['is not valid YAML', 'line 3']],
    ['what is no YAML', 'server: [', ['is not valid YAML']],
    [
      'a bomb of aliases',
      `a: &a [x,x]\nb: &b [${'*a,'.repeat(9)}*a]\nc: [${'*b,'.repeat(9)}*b]`,
      ['is not valid YAML'],
    ],
  ])('refuses %s', (_, yaml, expected) => {
    write(yaml);
    const { message } = refusal();
    for (const part of expected) expect(message).toContain(part);
  });

  it.each<[string, Record<string, string>, string[]]>([
    [
      'a variable that does not exist',
      { AICLI_SERVER_PROT: '1' },
      ['AICLI_SERVER_PROT', 'did you mean AICLI_SERVER_PORT?'],
    ],
    ['a plain variable written wrong', { AICLI_HOMES: '1' }, ['did you mean AICLI_HOME?']],
    [
      'a blank number',
      { AICLI_SERVER_PORT: '' },
      ['environment variable AICLI_SERVER_PORT', 'must be a number, found ""'],
    ],
    [
      'a URL with a password, without showing it',
      { AICLI_REDIS_URL: 'http://u:hunter22@x' },
      ['redis.url must begin with'],
    ],
  ])('refuses %s', (_, env, expected) => {
    const { message } = refusal(env);
    for (const part of expected) expect(message).toContain(part);
    expect(message).not.toContain('hunter22');
  });

  it('refuses a wrong override, and cuts what is too long to show', () => {
    const { message } = refusal({}, { log: { level: 'x'.repeat(500) } });
    expect(message).toContain('command line: log.level must be');
    expect(message.length).toBeLessThan(300);
  });

  it('names all problems at once, field by field', () => {
    write('server:\n  prot: 1\nlog:\n  level: loud\n');
    const error = refusal({ AICLI_BUS_HANDLERS: '-1' });
    expect(error.details.fields?.map((field) => field.path)).toEqual(['server.prot', 'log.level', 'bus.handlers']);
    expect(error.message.split('\n')).toHaveLength(4);
  });

  it('says so when the file cannot be read', () => {
    mkdirSync(`${home.path}/config/server.yaml`, { recursive: true });
    expect(refusal().message).toContain('cannot be read');
  });
});
