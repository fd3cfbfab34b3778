import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { demoScenarios } from './demo-scenarios.js';
import { newDesk, runCli, type CliRun, type Desk } from './fixtures/claude-cli.js';
import { startScriptedModel, type ScriptedModel } from './scripted-model.js';

const BROKEN = "export function greet(name) {\n  return 'Helo, ' + name + '!';\n}\n";
const CHECK =
  "import { greet } from './greet.js';\nif (greet('World') !== 'Hello, World!') { console.log('FAIL'); process.exit(1); }\nconsole.log('greet.js: OK');\n";

describe('the demo, with the real Claude CLI', () => {
  let model: ScriptedModel;
  let desk: Desk;
  beforeEach(async () => {
    model = await startScriptedModel({ scenarios: demoScenarios });
    desk = await newDesk();
  });
  afterEach(async () => {
    await model.close();
    await desk.remove();
  });
  const run = (prompt: string): Promise<CliRun> => runCli(prompt, { url: model.url, desk });
  const file = (name: string): Promise<string> => readFile(join(desk.work, name), 'utf8');

  it('corrects the sample repository, runs its check, and does no harm the second time', async () => {
    await writeFile(join(desk.work, 'package.json'), '{"type":"module"}');
    await writeFile(join(desk.work, 'greet.js'), BROKEN);
    await writeFile(join(desk.work, 'check.js'), CHECK);
    const first = await run('Fix the failing check in greet.js and run it');
    expect(first).toMatchObject({ code: 0, result: { is_error: false } });
    expect(await file('greet.js')).toBe(BROKEN.replace('Helo', 'Hello'));
    expect(first.result?.result).toMatch(
      /I corrected the greeting.*greet\.js: OK.*a script, not an AI.*ANTHROPIC_API_KEY/s,
    );

    const second = await run('Fix the failing check in greet.js and run it');
    expect(second.result?.result).toMatch(/I changed nothing.*greet\.js: OK/s);
    expect(await file('greet.js')).toBe(BROKEN.replace('Helo', 'Hello'));
  });

  it('leaves a labelled file for any other prompt, again when it is there already', async () => {
    for (const prompt of ['Write me a poem\nabout the sea', 'Another task']) {
      const { code, result } = await run(prompt);
      expect(code).toBe(0);
      expect(result?.result).toMatch(/scripted demo.*a script, not an AI.*ANTHROPIC_API_KEY/s);
      expect(await file('DEMO.md')).toContain(prompt.replaceAll(/^/gm, '> '));
      expect(await file('DEMO.md')).toContain('It is a script, not an AI.');
    }
  });
});
