/** Writes each text file of dist/ compressed beside itself: the gateway serves what is there already, better than it could at once. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** Smaller files fit into a packet or two as they are (bytes). */
const smallest = 1024;
const dist = fileURLToPath(new URL('./dist/', import.meta.url));
const texts = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => /\.(js|css|svg)$/.test(file));
for (const file of texts) {
  const content = readFileSync(dist + file);
  if (content.length < smallest) continue;
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  writeFileSync(`${dist}${file}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${dist}${file}.gz`, gzipSync(content, { level: 9 }));
}
