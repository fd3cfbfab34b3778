import 'reflect-metadata';

import { redactText } from '@aicode/service-kit';

import { messageOf } from './exit-code.js';
import { run } from './run.js';

// Whoever reads our output may go away (a closed terminal, a detaching parent); that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
// After an error that nobody caught nobody knows what still holds. Redis stays for the next start to adopt. Node itself would
// print the error with all that hangs on it, such as the arguments of a Redis command.
process.on('uncaughtException', (error) => {
  process.stderr.write(`The platform ends: an error was not caught.\n${redactText(messageOf(error))}\n`);
  process.exit(1);
});
// Exits by itself: a service that left a handle open must not keep a stopped platform alive.
process.exit(await run(process.argv.slice(2)));
