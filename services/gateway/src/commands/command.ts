/** Something the process does once and then ends, instead of serving. */
export interface Command {
  /** Its words on the command line: `keys rotate`. */
  name: string;
  summary: string;
  /** Result lines go to standard output. Throws `UsageError` for wrong arguments. */
  run(args: readonly string[]): Promise<void>;
}

/** Arguments that make no sense; the message says what was expected. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** What the process was asked for: a command and the arguments after its name. */
export interface Chosen {
  command: Command;
  args: readonly string[];
}

/**
 * Finds the command that the arguments begin with.
 *
 * @throws UsageError that lists the commands
 */
export function chooseCommand(commands: readonly Command[], args: readonly string[]): Chosen {
  const line = args.join(' ');
  const command = commands.find(({ name }) => line === name || line.startsWith(`${name} `));
  if (command) return { command, args: args.slice(command.name.split(' ').length) };
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
  throw new UsageError(`there is no command '${line}'. Without one the gateway serves; the commands are:\n${list}`);
}
