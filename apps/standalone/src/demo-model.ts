import { join } from 'node:path';

import { demoScenarios, startScriptedModel } from '@aicode/scripted-model';
import { readOrCreateSecret, type ConfigOverrides, type HomePaths } from '@aicode/service-kit';

export interface DemoModel {
  /** Points the model proxy at the script, whatever else is configured. */
  overrides: ConfigOverrides;
  stop: () => Promise<void>;
}

/** A script on the loopback that answers in the model's place, for people without a key. */
export async function startDemoModel(paths: HomePaths): Promise<DemoModel> {
  // Not a secret, but the proxy needs some credential; a file comes before the environment, so that a real key never goes there.
  const keyFile = join(paths.secretsDir, 'demo-model.key');
  await readOrCreateSecret(keyFile, () => 'demo-model-no-real-key');
  const model = await startScriptedModel({ scenarios: demoScenarios, keepRequests: 1 });
  return { overrides: { model: { base_url: model.url, api_key_file: keyFile } }, stop: () => model.close() };
}
