import { greet } from './greet.js';

const expected = 'Hello, World!';
const actual = greet('World');
if (actual !== expected) {
  console.error(`greet('World') gives "${actual}", expected "${expected}"`);
  process.exit(1);
}
console.log('ok');
