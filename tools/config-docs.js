/** Writes docs/configuration.md from the config's schema. `--check` fails if the file is not what it would write. */
import { readFileSync, writeFileSync } from 'node:fs';

import { plainEnvironment, ServerConfig } from '@aicode/contracts';

const file = new URL('../docs/configuration.md', import.meta.url);
const defaults = ServerConfig.parse({});

const rows = [];
for (const [group, schema] of Object.entries(ServerConfig.shape)) {
  for (const [key, field] of Object.entries(schema.unwrap().shape)) {
    const value = defaults[group][key];
    const shown = value === undefined ? '' : `\`${JSON.stringify(value)}\``;
    rows.push(
      `| \`${group}.${key}\` | \`AICLI_${group.toUpperCase()}_${key.toUpperCase()}\` | ${shown} | ${field.description ?? ''} |`,
    );
  }
}

const text = `# Configuration

\`config/server.yaml\` under AICLI_HOME (\`~/.aicli\` for a person, \`/var/aicli\` for a service). Each key can also be set by its
environment variable, which wins. \`aicli config list\` shows every value and where it comes from; \`aicli config set KEY VALUE\`
edits the file. A wrong key or value stops the start with the file, the key, what was found and what is allowed.

The keys of the group \`docker\` stand in \`config/docker.yaml\` beside it, without their group: \`memory: 4gb\`, not \`docker:\` with
\`  memory: 4gb\` below. They are what a workspace's container gets; a workspace may set its own within \`docker.max_*\` and
\`docker.networks\` (\`aicli workspace update\`).

Durations are written as \`30s\`, \`15m\`, \`2h\`, \`7d\` or as milliseconds; sizes as \`512kb\`, \`1mb\`, \`2gb\` or as bytes; lists from the
environment with commas. Defaults below are in milliseconds and bytes. The model's credential is \`ANTHROPIC_API_KEY\`,
\`ANTHROPIC_AUTH_TOKEN\` or \`CLAUDE_CODE_OAUTH_TOKEN\` in the platform's environment, or a file named under \`model\`.

| key | environment | default | what |
| --- | --- | --- | --- |
${rows.join('\n')}

Other variables: ${plainEnvironment.map((name) => `\`${name}\``).join(', ')}.

<!-- Written by tools/config-docs.js from libs/contracts/src/config.ts and docker-config.ts. -->
`;

if (!process.argv.includes('--check')) writeFileSync(file, text);
else if (readFileSync(file, 'utf8') !== text) {
  console.error('docs/configuration.md is not what the schema says. Run: node tools/config-docs.js');
  process.exit(1);
}
