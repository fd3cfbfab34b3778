import type { Response } from 'express';

const text = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>AICode Manager</title></head>
<body>
<h1>The dashboard is not built</h1>
<p>The platform runs, and its API answers at <a href="/api/v1/docs">/api/v1/docs</a>; <code>aicli</code> works too.</p>
<p>To see the dashboard here, run <code>npm run build</code> in the folder of AICode Manager and load this page again. If its
build lies somewhere else, name the folder as <code>server.web_dir</code> in <code>server.yaml</code>.</p>
</body>
</html>
`;

/** In place of a dashboard that is not there. */
export function missingPage(response: Response): void {
  response.status(503).type('html').send(text);
}
