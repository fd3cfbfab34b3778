export * from './database.js';
export * from './file-lock.js';
export { isUniqueViolation } from './storage-error.js';
