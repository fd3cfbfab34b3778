/** Fails if the script of the first load is over its limit: the entry of dist/ and all that it imports statically, as gzip. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { firstLoad, report } from './size/first-load.js';

const limit = 250 * 1024;
const dist = fileURLToPath(new URL('./dist/', import.meta.url));
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, 'utf8'));
const files = firstLoad(manifest, 'index.html', (file) => readFileSync(dist + file));
const { text, total } = report(files, limit);
console.log(text);
if (total > limit) process.exitCode = 1;
