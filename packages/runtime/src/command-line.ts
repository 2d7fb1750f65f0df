/** Something the process does once and then ends, instead of serving. */
export interface Command {
  /** Its words on the command line: `keys rotate`. */
  name: string;
  /** What it does, in half a line. */
  summary: string;
  /** Its arguments and options, shown by `--help`; none when it takes none. */
  usage?: string;
  /**
   * Result lines go to standard output. Resolves with the exit code where that is not always 0.
   *
   * @throws UsageError for arguments that make no sense
   */
  run(args: readonly string[]): Promise<void> | Promise<number>;
}

/** Arguments that make no sense; the message says what was expected. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export interface CommandLineOptions {
  /** The process's name: `gateway`. */
  service: string;
  version: string;
  commands: readonly Command[];
  /** What the process does without a command. */
  serve: () => Promise<void>;
  write?: (text: string) => void;
  writeError?: (text: string) => void;
}

const HELP = new Set(['--help', '-h']);

/**
 * Runs the command that the arguments name, or serves when there are none. Help and version need no configuration and
 * change nothing, whatever else stands beside them.
 *
 * @returns the exit code: 2 for arguments that make no sense; undefined when it serves, which ends with a code of its own
 */
export async function runCommandLine(
  args: readonly string[],
  options: CommandLineOptions,
): Promise<number | undefined> {
  const { commands, service, version, serve } = options;
  const write = options.write ?? ((text) => void process.stdout.write(text));
  const writeError = options.writeError ?? ((text) => void process.stderr.write(text));
  const [first] = args;
  if (first === undefined) {
    await serve();
    return undefined;
  }
  if (first === '--version') {
    write(`${version}\n`);
    return 0;
  }
  const chosen = choose(commands, args);
  if (!chosen) {
    // `keys --help` lists what begins with these words; a mistake is shown everything.
    const words = args.filter((word) => !HELP.has(word) && word !== 'help').join(' ');
    const group = commands.filter(({ name }) => words === '' || name.startsWith(`${words} `));
    if (args.some((word) => HELP.has(word)) || first === 'help') {
      write(list(service, group.length > 0 ? group : commands));
      return 0;
    }
    const mistake =
      words !== '' && group.length > 0
        ? `'${words}' alone is no command: it is one of ${group.map(({ name }) => name).join(', ')}`
        : `there is no command '${args.join(' ')}'`;
    writeError(`${service}: ${mistake}\n\n${list(service, group.length > 0 ? group : commands)}`);
    return 2;
  }
  const { command, rest } = chosen;
  if (rest.some((word) => HELP.has(word))) {
    write(help(service, command));
    return 0;
  }
  try {
    return (await command.run(rest)) ?? 0;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    writeError(`${service}: ${error.message}\n'${service} ${command.name} --help' shows the arguments.\n`);
    return 2;
  }
}

/** For commands that take nothing. @throws UsageError when there is something */
export function takesNoArguments(args: readonly string[]): void {
  if (args.length > 0) throw new UsageError(`unexpected argument '${args[0]}': this command takes none`);
}

function choose(commands: readonly Command[], args: readonly string[]) {
  const line = args.join(' ');
  const command = commands
    .filter(({ name }) => line === name || line.startsWith(`${name} `))
    .toSorted((one, other) => other.name.length - one.name.length)[0];
  return command && { command, rest: args.slice(command.name.split(' ').length) };
}

function help(service: string, { name, summary, usage }: Command): string {
  return `Usage: ${service} ${usage ?? name}\n\n${summary}\n`;
}

function list(service: string, commands: readonly Command[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const lines = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    `Usage: ${service} [command]`,
    '',
    `Without a command the ${service} serves. Commands:`,
    ...lines,
    '',
    `'${service} <command> --help' shows the arguments of one.`,
    '',
  ].join('\n');
}
