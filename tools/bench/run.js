/**
 * Runs the benches, prints their tables and writes README.md. Needs a build (npm run build).
 *   npm run bench [main-job] [rpc] [log] [sql] [memory] [container-start] [executors] [many-workspaces] [dashboard]
 */
/* global AbortController, AbortSignal */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describeMachine, load } from './machine.js';
import { readResults, section, writeResults } from './results.js';

const names = [
  'main-job',
  'rpc',
  'log',
  'sql',
  'memory',
  'container-start',
  'executors',
  'many-workspaces',
  'dashboard',
];
/** None takes longer; what it has started is stopped then. */
const limitMs = 120_000;

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}. There are: ${names.join(', ')}.`);
  process.exit(64);
}
if (!existsSync(fileURLToPath(new URL('../../apps/standalone/dist/main.js', import.meta.url)))) {
  console.error('The benches run what was built. Build first: npm run build');
  process.exit(69);
}

const interrupted = new AbortController();
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => interrupted.abort(new Error(`ended by ${name}`)));

const machine = await describeMachine();
const results = readResults(machine);
console.log(machine);
for (const name of names.filter((name) => chosen.length === 0 || chosen.includes(name))) {
  if (interrupted.signal.aborted) break;
  try {
    results[name] = await measure(name);
    console.log(`\n${section(results[name])}`);
  } catch (error) {
    process.exitCode = 1;
    if (interrupted.signal.aborted) console.error(`\n${name}: ${interrupted.signal.reason.message}`);
    else console.error(`\n${name} could not be measured; what was written before stays.`, error);
  }
}
writeResults(machine, Object.fromEntries(names.filter((name) => results[name]).map((name) => [name, results[name]])));

async function measure(name) {
  const { run } = await import(`./${name}.js`);
  const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(limitMs)]);
  const [date, before, begun] = [new Date(), load(), performance.now()];
  const result = await run({ signal });
  const seconds = Math.round((performance.now() - begun) / 1000);
  return { ...result, measured: { date: date.toISOString().slice(0, 16), seconds, load: `${before} → ${load()}` } };
}
