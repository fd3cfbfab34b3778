import { Errors, type Hook } from '@oclif/core';

import { exitCodes } from '../exit-codes.js';
import { similarCommands } from './similar-commands.js';

/** What oclif does when nobody knows the command. */
const commandNotFound: Hook<'command_not_found'> = ({ id, config }) => {
  const typed = id.replaceAll(':', ' ');
  const similar = similarCommands(
    typed,
    config.commandIDs.map((known) => known.replaceAll(':', ' ')),
  );
  const hint =
    similar.length > 0 ? `Did you mean: ${similar.map((one) => `aicli ${one}`).join(', ')}?` : 'See all: aicli --help';
  process.stderr.write(`Error: There is no command "aicli ${JSON.stringify(typed).slice(1, -1)}".\n${hint}\n`);
  throw new Errors.ExitError(exitCodes.usage);
};

export default commandNotFound;
