import { gzipSync } from 'node:zlib';

/**
 * The scripts that a browser loads before the page shows anything: the entry and its static imports, each once.
 * @param {Record<string, { file: string, imports?: string[] }>} manifest Vite's manifest
 * @param {string} entry its key in the manifest
 * @param {(file: string) => Buffer} read
 * @returns {{ file: string, bytes: number, gzip: number }[]} largest first
 */
export function firstLoad(manifest, entry, read) {
  /** @type {Set<string>} */
  const seen = new Set();
  /** @param {string} key */
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`The manifest has no "${key}": was the build made by this version of Vite?`);
    if (seen.has(chunk.file)) return;
    seen.add(chunk.file);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  visit(entry);
  return [...seen]
    .map((file) => {
      const content = read(file);
      return { file, bytes: content.length, gzip: gzipSync(content, { level: 9 }).length };
    })
    .sort((a, b) => b.gzip - a.gzip);
}

/**
 * @param {{ file: string, gzip: number }[]} files
 * @param {number} limit bytes as gzip
 * @returns {{ text: string, total: number }} `total` in bytes as gzip
 */
export function report(files, limit) {
  /** @param {number} bytes */
  const kb = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
  const total = files.reduce((sum, { gzip }) => sum + gzip, 0);
  const rows = files.map(({ file, gzip }) => `  ${kb(gzip).padStart(9)}  ${file}`);
  const verdict = total > limit ? 'OVER its limit' : 'within its limit';
  return { total, text: `First load, gzip:\n${rows.join('\n')}\n  ${kb(total)} of ${kb(limit)}: ${verdict}` };
}
