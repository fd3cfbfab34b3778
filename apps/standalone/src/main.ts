import 'reflect-metadata';

import { run } from './run.js';

// Whoever reads our output may go away (a closed terminal, a detaching parent); that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
// Exits by itself: a service that left a handle open must not keep a stopped platform alive.
process.exit(await run(process.argv.slice(2)));
