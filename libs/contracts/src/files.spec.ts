import { describe, expect, it } from '@jest/globals';

import { filesRoutes, ProjectPath } from './files.js';

describe('a path in a project', () => {
  it.each([
    ['', ''],
    ['.', ''],
    ['a', 'a'],
    ['a//b/./c/', 'a/b/c'],
    ['..a/b..', '..a/b..'],
    ['a\nb\u202e', 'a\nb\u202e'],
  ])('%j is read as %j', (path, plain) => {
    expect(ProjectPath.parse(path)).toBe(plain);
    expect(ProjectPath.parse(plain)).toBe(plain);
  });

  it.each(['/', '/a', '..', 'a/..', '../a', 'a/../b', 'a\0', '\ud800', 'x'.repeat(4097), 7, null])(
    '%j is refused',
    (path) => {
      expect(ProjectPath.safeParse(path).success).toBe(false);
    },
  );

  it('is the whole project where a directory is asked for, and must be named for a file', () => {
    expect(filesRoutes.list.query?.parse({})).toEqual({ path: '' });
    for (const query of [{}, { path: '' }, { path: './' }]) {
      expect(filesRoutes.read.query?.safeParse(query).success).toBe(false);
    }
  });
});
