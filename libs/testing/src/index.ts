export * from './engine.js';
export * from './http.js';
export { processesNaming } from './left-behind.js';
export * from './postgres.js';
export * from './redis.js';
export * from './stack.js';
export * from './temp-dir.js';
export * from './until.js';
export * from './watch-commands.js';
