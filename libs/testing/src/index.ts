export {};
export * from './postgres.js';
export * from './temp-dir.js';
