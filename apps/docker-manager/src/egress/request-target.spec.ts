import { describe, expect, it } from '@jest/globals';

import { connectTarget, forwardTarget } from './request-target.js';

describe('the target of CONNECT', () => {
  it.each([
    ['example.org:443', { host: 'example.org', port: 443 }],
    ['Example.ORG.:80', { host: 'example.org', port: 80 }],
    ['localhost:6379', { host: 'localhost', port: 6379 }],
  ])('%s', (text, target) => expect(connectTarget(text)).toEqual(target));

  it.each([
    ['127.0.0.1:443', 403],
    ['[::1]:443', 403],
    ['::1:443', 403],
    ['0x7f.1:443', 403],
    ['2130706433:443', 403],
    ['a@b:443', 403],
    ['example.org', 400],
    ['example.org:', 400],
    ['example.org:0', 400],
    ['example.org:65536', 400],
    ['example.org:0x50', 400],
    [':443', 400],
    ['/', 400],
    ['', 400],
  ])('%j is refused with %i', (text, status) => {
    expect(() => connectTarget(text)).toThrow(expect.objectContaining({ status }));
  });
});

describe('the target of a plain request', () => {
  it.each([
    ['http://example.org/a/../b%2Bc?d#e', 'example.org', { host: 'example.org', port: 80, path: '/a/../b%2Bc?d' }],
    ['HTTP://Example.org', 'example.ORG', { host: 'example.org', port: 80, path: '/' }],
    ['http://example.org:80?a', 'example.org', { host: 'example.org', port: 80, path: '/?a' }],
    ['http://example.org:8080/', 'example.org:8080', { host: 'example.org', port: 8080, path: '/' }],
  ])('%s', (text, host, target) => expect(forwardTarget(text, host)).toEqual(target));

  it.each([
    ['/', 'example.org', 400],
    ['*', 'example.org', 400],
    ['https://example.org/', 'example.org', 400],
    ['ftp://example.org/', 'example.org', 400],
    ['http://example.org/', 'other.example', 400],
    ['http://example.org/', 'example.org:81', 400],
    ['http://example.org/', '', 400],
    ['http://example.org/', undefined, 400],
    ['http://example.org:99999/', 'example.org:99999', 400],
    ['http:///x', '', 400],
    ['http://user@example.org/', 'user@example.org', 403],
    ['http://127.0.0.1/', '127.0.0.1', 403],
    ['http://[::1]/', '[::1]', 403],
  ])('%s for %s is refused with %i', (text, host, status) => {
    expect(() => forwardTarget(text, host)).toThrow(expect.objectContaining({ status }));
  });
});
