import { type Command, UsageError } from '@postern/runtime';
import { ownNameFault } from '../operators/own-names.ts';

/** A command that nobody runs under a name of the worker's own. */
export function byPerson(command: Command): Command {
  if (!command.acts) return command;
  return {
    ...command,
    run(input, io) {
      const fault = ownNameFault(io.by);
      if (fault !== undefined) throw new UsageError(`--by: ${fault}`);
      return command.run(input, io);
    },
  };
}
