/**
 * Proves that the lint's import rules bite: plants one forbidden import in a file of each kind of project, in turn, and expects
 * the lint to refuse it. Leaves nothing behind.
 */
import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';

const planted = [
  ['libs/contracts', '@aicode/service-kit'],
  ['libs/exec-stream', '@aicode/task-log'],
  ['libs/api-client', '@aicode/database'],
  ['libs/log-view', '@aicode/service-kit'],
  ['libs/service-kit', '@aicode/auth'],
  ['libs/database', '@aicode/gateway'],
  ['libs/task-log', '@aicode/api-client'],
  ['libs/sandbox', '@aicode/claude-runner'],
  ['libs/scripted-model', '@aicode/standalone'],
  ['libs/testing', '@aicode/task-manager'],
  ['apps/gateway', '@aicode/auth'],
  ['apps/auth', '@aicode/gateway'],
  ['apps/workspace-service', '@aicode/task-manager'],
  ['apps/task-manager', '@aicode/claude-runner'],
  ['apps/claude-runner', '@aicode/docker-manager'],
  ['apps/docker-manager', '@aicode/workspace-service'],
  ['apps/standalone', '@aicode/cli'],
  ['apps/cli', '@aicode/service-kit'],
];

let missed = 0;
for (const [project, target] of planted) {
  const file = `${project}/src/planted-import.ts`;
  writeFileSync(file, `import '${target}';\n`);
  try {
    const lint = spawnSync('npx', ['eslint', 'src/planted-import.ts'], { cwd: project, encoding: 'utf8' });
    const refused = lint.status !== 0 && lint.stdout.includes('@nx/enforce-module-boundaries');
    console.log(`${refused ? 'refused' : 'NOT REFUSED'}  ${project} → ${target}`);
    if (!refused) missed += 1;
  } finally {
    rmSync(file);
  }
}
process.exit(missed === 0 ? 0 : 1);
