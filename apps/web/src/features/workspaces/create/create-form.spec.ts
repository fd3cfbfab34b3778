import { describe, expect, it } from '@jest/globals';

import { createFieldOf, emptyCreateForm, readCreateForm, suggestedName } from './create-form.js';

describe('readCreateForm', () => {
  it.each([
    [{ name: ' shop ' }, { name: 'shop', source: { type: 'empty' } }],
    [
      { name: 'shop', source: 'git' as const, url: ' https://example.org/x.git ' },
      { name: 'shop', source: { type: 'git', url: 'https://example.org/x.git' } },
    ],
    [
      { name: 'shop', source: 'git' as const, url: 'u', branch: 'main', path: '/left over' },
      { name: 'shop', source: { type: 'git', url: 'u', branch: 'main' } },
    ],
    [
      { name: 'shop', source: 'path' as const, path: '/srv/x' },
      { name: 'shop', source: { type: 'path', path: '/srv/x' } },
    ],
  ])('%o', (typed, request) => {
    expect(readCreateForm({ ...emptyCreateForm, ...typed })).toEqual({ request, problems: {} });
  });

  it.each([
    [{}, { name: 'name_missing' }],
    [{ name: '-x' }, { name: 'name_wrong' }],
    [{ name: 'x', source: 'git' as const }, { url: 'url_missing' }],
    [
      { source: 'path' as const, path: ' ' },
      { name: 'name_missing', path: 'path_missing' },
    ],
  ])('refuses %o', (typed, problems) => {
    expect(readCreateForm({ ...emptyCreateForm, ...typed })).toEqual({ request: null, problems });
  });
});

describe('suggestedName', () => {
  it.each([
    ['git', 'https://github.com/acme/shop-front.git', 'shop-front'],
    ['git', 'git@github.com:acme/shop.git/', 'shop'],
    ['path', '/srv/my project/', 'my project'],
    ['path', '/srv/.hidden', 'hidden'],
    ['path', '/srv/a@b', 'a-b'],
    ['path', '/', ''],
    ['empty', '/srv/x', ''],
  ] as const)('%s %s gives "%s"', (source, text, name) => {
    expect(suggestedName({ source, url: text, path: text })).toBe(name);
  });
});

describe('createFieldOf', () => {
  it.each([
    ['name', 'name'],
    ['source.url', 'url'],
    ['source.branch', 'branch'],
    ['source.path', 'path'],
    ['source.type', null],
    ['container.cpu', null],
  ])('%s is %p', (path, field) => {
    expect(createFieldOf(path)).toBe(field);
  });
});
