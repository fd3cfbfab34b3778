/**
 * One jest setup for every backend project: ESM, TypeScript by swc (with decorator metadata), workspace
 * libraries resolved to their source, real Redis and SQL (tests start their own).
 */
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['@aicode/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  resolver: here('./tools/jest/resolver.cjs'),
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  testTimeout: 60_000,
  maxWorkers: 2,
  collectCoverageFrom: [
    '<rootDir>/src/**/*.ts',
    '!**/*.spec.ts',
    '!**/*.e2e.ts',
    '!**/index.ts',
    '!**/main.ts',
    '!**/fixtures/**',
  ],
  coverageDirectory: '<rootDir>/coverage',
  coverageReporters: ['text-summary', 'json-summary', 'lcovonly'],
  coverageThreshold: { global: { lines: 80, branches: 80 } },
};
