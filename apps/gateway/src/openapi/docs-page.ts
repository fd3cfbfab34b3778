import { createHash } from 'node:crypto';

import { fullPath, templatePath } from '../http/api-path.js';
import type { NamedRoute } from '../served-routes.js';
import type { OpenapiDocument } from './openapi-document.js';

const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { overflow: auto; padding: .75rem; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: .5rem; }
summary { cursor: pointer; padding: .4rem 0; }
summary b { display: inline-block; min-width: 4.5rem; }
`;

/** The page's own policy: one style, by its hash, and nothing else. */
export const docsPolicy = `default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

/** The document as a page without a script: each operation with what it takes and answers. */
export function docsPage(document: OpenapiDocument, routes: readonly NamedRoute[]): string {
  const sections = document.tags.map(({ name }) => {
    const operations = routes.filter(({ route }) => route.tag === name).map((named) => operationItem(document, named));
    return `<h2>${escapeHtml(name)}</h2>\n${operations.join('\n')}`;
  });
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>AICode Manager API</title><style>${style}</style></head>
<body>
<h1>AICode Manager API</h1>
<p>The machine-readable form is <a href="openapi.json">openapi.json</a> (OpenAPI 3.1). Sign in with <code>POST /api/v1/auth/login</code>,
then send <code>Authorization: Bearer &lt;access_token&gt;</code>.</p>
${sections.join('\n')}
<h2>Schemas</h2>
${Object.entries(document.components.schemas ?? {})
  .map(schemaItem)
  .join('\n')}
</body>
</html>
`;
}

function operationItem(document: OpenapiDocument, { route }: NamedRoute): string {
  const operation = document.paths[templatePath(route)]?.[route.method.toLowerCase()];
  const { parameters, requestBody, responses } = operation ?? {};
  return `<details><summary><b>${route.method}</b> <code>${escapeHtml(fullPath(route))}</code> ${escapeHtml(route.summary)}</summary>
<p>${route.access === 'public' ? 'No sign-in.' : `Needs: ${escapeHtml(route.access)}.`}</p>
<pre>${escapeHtml(JSON.stringify({ parameters, requestBody, responses }, null, 2))}</pre></details>`;
}

function schemaItem([name, schema]: [string, unknown]): string {
  return `<details><summary><code>${escapeHtml(name)}</code></summary><pre>${escapeHtml(JSON.stringify(schema, null, 2))}</pre></details>`;
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
