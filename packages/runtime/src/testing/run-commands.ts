import { type CommandLineOptions, runCommandLine } from '../command-line/run-command-line.ts';

/** Runs commands as their process would, and keeps what they print. */
export async function runCommands(commands: CommandLineOptions['commands'], ...args: readonly string[]) {
  let out = '';
  let complaints = '';
  const code = await runCommandLine(args, {
    service: 'service',
    version: 'test',
    commands,
    onTerminal: false,
    write: (text) => {
      out += text;
    },
    writeError: (text) => {
      complaints += text;
    },
  });
  return { code, out: out.trimEnd(), complaints: complaints.trimEnd() };
}
