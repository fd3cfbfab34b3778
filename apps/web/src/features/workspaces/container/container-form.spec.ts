import { describe, expect, it } from '@jest/globals';

import { changeOf, emptyForm, fieldOfPath, formOf, maximumOf, readForm } from './container-form.js';

const gib = 1024 ** 3;

describe('readForm', () => {
  it('leaves empty fields to the configuration', () => {
    expect(readForm(emptyForm)).toEqual({ settings: {}, problems: {} });
  });

  it('reads sizes, decimal commas, lists of hosts and variables', () => {
    const { settings, problems } = readForm({
      image: ' debian:bookworm-slim ',
      cpu: '1,5',
      memory: '2 G',
      disk: '512mb',
      pids: '64',
      network: 'allowlist',
      allow: 'Example.org, preset:npm\nexample.org',
      env: 'A=1\n\nTEXT=a=b ',
      dockerfile: 'FROM debian\nRUN true\n',
    });
    expect(problems).toEqual({});
    expect(settings).toEqual({
      image: 'debian:bookworm-slim',
      cpu: 1.5,
      memory: 2 * gib,
      disk: gib / 2,
      pids: 64,
      network: 'allowlist',
      allow: ['example.org', 'preset:npm'],
      env: { A: '1', TEXT: 'a=b' },
      dockerfile: 'FROM debian\nRUN true',
    });
  });

  it.each([
    ['cpu', 'many', { key: 'cpu', found: 'many' }],
    ['cpu', '0', { key: 'cpu', found: '0' }],
    ['memory', '2 apples', { key: 'memory', found: '2 apples' }],
    ['memory', '1m', { key: 'memory', found: '1m' }],
    ['disk', '-1', { key: 'disk', found: '-1' }],
    ['pids', '1.5', { key: 'pids', found: '1.5' }],
    ['image', 'Has Spaces', { key: 'image', found: 'Has Spaces' }],
    ['allow', 'example.org 10.0.0.1', { key: 'allow', found: '10.0.0.1' }],
    ['env', 'NO_EQUALS', { key: 'env_line', found: 'NO_EQUALS' }],
    ['env', '1A=x', { key: 'env', found: '1A' }],
  ])('says what is wrong with %s "%s"', (field, typed, problem) => {
    const { settings, problems } = readForm({ ...emptyForm, [field]: typed });
    expect(settings).toEqual({});
    expect(problems).toEqual({ [field]: problem });
  });
});

describe('formOf', () => {
  it('is read back as what it came from', () => {
    const settings = {
      image: 'a/b:c',
      cpu: 0.5,
      memory: 3 * gib,
      disk: 10 * gib,
      pids: 100,
      network: 'open' as const,
      allow: ['example.org', '*.example.org'],
      env: { A: 'x y', B: '2' },
      dockerfile: 'FROM x',
    };
    expect(readForm(formOf(settings)).settings).toEqual(settings);
    expect(formOf({})).toEqual(emptyForm);
  });
});

describe('changeOf', () => {
  it('tells only what differs, and gives back what is not set any more', () => {
    const before = { cpu: 1, memory: gib, allow: ['a.example.org'] };
    expect(changeOf(before, before)).toBeUndefined();
    expect(changeOf(before, { cpu: 2, memory: gib })).toEqual({ cpu: 2, allow: null });
  });
});

describe('what the server has against it', () => {
  it.each([
    ['container.memory', 'memory'],
    ['container.allow.3', 'allow'],
    ['network', 'network'],
    ['name', null],
    ['', null],
  ])('belongs at %s to the field %s', (path, field) => {
    expect(fieldOfPath(path)).toBe(field);
  });

  it('tells a maximum in the unit that the field is typed in', () => {
    const sentence = "must be at most 17179869184, the administrator's limit (docker.max_memory)";
    expect(maximumOf('memory', sentence)).toBe('16g');
    expect(maximumOf('cpu', "must be at most 2.5, the administrator's limit (docker.max_cpu)")).toBe('2.5');
    expect(maximumOf('network', 'must be isolated: the administrator allows no other')).toBeNull();
  });
});
