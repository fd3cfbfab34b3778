export default {
  displayName: 'web',
  preset: '../../jest.preset.js',
  collectCoverageFrom: [
    '<rootDir>/src/**/*.ts',
    '!**/*.spec.ts',
    '!**/index.ts',
    '!**/main.ts',
    '!**/fixtures/**',
    // What exists only under Vite, or only in a browser: proved by the tests in real Chromium.
    '!**/*.vite.ts',
    '!**/*.browser.ts',
  ],
};
