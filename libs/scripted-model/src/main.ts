import { readFile } from 'node:fs/promises';
import { readCommandLine, USAGE } from './command-line.js';
import { demoScenarios } from './demo-scenarios.js';
import { parseScenarios } from './parse-scenario.js';
import { startScriptedModel } from './scripted-model.js';

try {
  const { listen, scenariosFile, demo, control } = readCommandLine(process.argv.slice(2));
  const own = scenariosFile === null ? [] : parseScenarios(JSON.parse(await readFile(scenariosFile, 'utf8')));
  const scenarios = demo ? [...own, ...demoScenarios] : own;
  const model = await startScriptedModel({ listen, scenarios, control, keepRequests: control ? 1000 : 0 });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void model.close());
  process.stdout.write(`${JSON.stringify({ url: model.url })}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 2;
}
