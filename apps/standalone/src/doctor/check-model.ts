import { accessSync, constants, statSync } from 'node:fs';

import type { ServerConfig } from '@aicode/contracts';
import { fail, ok, warn, type Check } from './check.js';

const variables = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'];
const how = 'Set ANTHROPIC_API_KEY, or model.api_key_file in server.yaml; `--demo-model` works without one.';

/** Says where the model's credential comes from; never what it is. */
export function checkModel(model: ServerConfig['model'], env: Record<string, string | undefined>): Check {
  const files = [
    ['model.api_key_file', model.api_key_file],
    ['model.auth_token_file', model.auth_token_file],
  ] as const;
  for (const [key, file] of files) {
    if (file) return checkFile(key, file);
  }
  const variable = variables.find((name) => env[name]);
  if (variable) return ok('model', `The model's credential comes from ${variable}.`);
  return warn('model', 'No credential for the model is set: tasks will fail.', how);
}

function checkFile(key: string, file: string): Check {
  try {
    accessSync(file, constants.R_OK);
  } catch {
    return fail('model', `The file of ${key}, ${file}, can't be read.`, 'Correct its path or its owner.');
  }
  if ((statSync(file).mode & 0o077) !== 0) {
    return warn('model', `The file of ${key} is open to other users.`, `Run \`chmod 600 ${file}\`.`);
  }
  return ok('model', `The model's credential comes from the file of ${key}.`);
}
