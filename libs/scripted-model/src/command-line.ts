import { parseArgs } from 'node:util';

export interface CommandLine {
  listen: { port: number; host: string } | { socketPath: string };
  scenariosFile: string | null;
  demo: boolean;
  control: boolean;
}

export const USAGE =
  'usage: node dist/main.js [--port N] [--host ADDRESS] [--socket PATH] [--scenarios FILE.json] [--demo] [--control]';

/** Throws an Error with a sentence for the user when an argument is wrong. */
export function readCommandLine(args: string[]): CommandLine {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '0' },
      host: { type: 'string', default: '127.0.0.1' },
      socket: { type: 'string' },
      scenarios: { type: 'string' },
      demo: { type: 'boolean', default: false },
      control: { type: 'boolean', default: false },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port must be a number from 0 to 65535, not ${values.port}`);
  return {
    listen: values.socket === undefined ? { port, host: values.host } : { socketPath: values.socket },
    scenariosFile: values.scenarios ?? null,
    demo: values.demo,
    control: values.control,
  };
}
