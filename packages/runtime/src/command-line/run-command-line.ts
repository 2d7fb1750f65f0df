import { CommanderError, Command as Node } from 'commander';
import { ConfigError } from '../configuration/env.ts';
import { expectHangUps } from '../service/hang-ups.ts';
import { errorMessage } from '../text/errors.ts';
import { printable } from '../text/printable.ts';
import type { Command, PassedOn } from './command.ts';
import { commandIo, processStreams, type Streams } from './command-io.ts';
import { type Any, addCommand, exampleText, wordsOf } from './command-tree.ts';
import { ProgressBar } from './progress-bar.ts';
import { readInput } from './read-input.ts';
import { UsageError } from './usage-error.ts';

export interface CommandLineOptions extends Partial<Streams> {
  /** The process's name: `gateway`. */
  service: string;
  version: string;
  commands: readonly Any[];
  /** What the process does without a command. Default: it shows its help. */
  serve?: () => Promise<void>;
}

const HELP = ['--help', '-h'];

/**
 * Runs the command that the arguments name, or serves when there are none. Help and version need no configuration and
 * change nothing, whatever else is given.
 *
 * @returns the exit code: 2 for arguments that make no sense, 1 for what could not be done and for an answer that could not be written;
 *   undefined when it serves, which ends with a code of its own
 */
export async function runCommandLine(
  args: readonly string[],
  { serve, ...options }: CommandLineOptions,
): Promise<number | undefined> {
  if (args.length === 0 && serve) {
    expectHangUps();
    await serve();
    return undefined;
  }
  const streams = { ...processStreams, ...options };
  const code = await answerTo(args, { ...options, streams, serves: serve !== undefined });
  const fault = await streams.flush();
  if (fault === undefined) return code;
  streams.writeError(`${options.service}: the answer could not be written: ${fault}\n`);
  return Math.max(code, 1);
}

type Parts = Pick<CommandLineOptions, 'service' | 'version' | 'commands'> & { streams: Streams; serves: boolean };

async function answerTo(args: readonly string[], parts: Parts): Promise<number> {
  const { service, commands, streams } = parts;
  const chosen: (() => Promise<number>)[] = [];
  const words = readWords(args, commands);
  const [name, ...others] = args[0]?.split(':') ?? [];
  const passedOn = commands.find((it): it is PassedOn => 'passOn' in it && it.name === name);
  if (passedOn) chosen.push(() => passedOn.passOn([...others, ...args.slice(1)]));
  const program = createProgram(parts);
  for (const command of commands) {
    addCommand(program, service, command, (input) => {
      if ('run' in command) chosen.push(() => runCommand(command, input, streams));
    });
  }
  describeGroups(program, service, commands);
  try {
    if (!passedOn) program.parse(words, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (error instanceof UsageError) return refuse(service, words, error, streams);
    throw error;
  }
  try {
    return (await chosen[0]?.()) ?? 2;
  } catch (error) {
    if (error instanceof UsageError) return refuse(service, words, error, streams);
    for (const line of failureLines(error)) streams.writeError(`${service}: ${printable(line)}\n`);
    return 1;
  }
}

async function runCommand(command: Command, given: Record<string, unknown>, streams: Streams): Promise<number> {
  const { input, by } = readInput(command, given);
  const bar = new ProgressBar(streams);
  try {
    return (await command.run(input, commandIo({ json: given.json === true, by }, streams, bar))) ?? 0;
  } finally {
    bar.end();
  }
}

/** A colon is as good as a space between the words of a command, and a wish for help comes before all else. */
function readWords(args: readonly string[], commands: readonly Any[]): string[] {
  const [first = '', ...others] = args[0] === 'help' ? [...args.slice(1), '--help'] : args;
  const words = first.startsWith('-') ? [first, ...others] : [...first.split(':').filter(Boolean), ...others];
  const until = words.includes('--') ? words.indexOf('--') : words.length;
  if (!words.slice(0, until).some((word) => HELP.includes(word))) return words;
  const depth = Math.max(...commands.map((it) => sharedWords(wordsOf(it), words)));
  return [...words.slice(0, depth), '--help'];
}

function sharedWords(name: readonly string[], words: readonly string[]): number {
  const differs = name.findIndex((word, index) => words[index] !== word);
  return differs === -1 ? name.length : differs;
}

function createProgram({ service, version, commands, streams: { write, writeError }, serves }: Parts): Node {
  const examples = commands.slice(0, 5).map(({ examples: [example] }) => example);
  return (
    new Node(service)
      .description(serves ? `Without a command the ${service} serves.` : '')
      .version(version, '--version', 'print the version')
      .helpOption(HELP.toReversed().join(', '), 'show this help')
      .helpCommand(false)
      // `outbox dead --json` is not `outbox --json`.
      .enablePositionalOptions()
      .exitOverride()
      .configureHelp({ subcommandTerm: (command) => command.name() })
      .configureOutput({
        writeOut: (text) => void write(text),
        writeErr: writeError,
        outputError: (text, print) => print(`${service}: ${printable(text.replace(/^error: /, ''))}`),
      })
      .showHelpAfterError(`'${service} --help' lists the commands.`)
      .addHelpText('after', exampleText(service, examples))
  );
}

/** A group is described by what is in it, and shows an example of each. */
function describeGroups(program: Node, service: string, commands: readonly Any[]): void {
  for (const group of program.commands) {
    const inside = commands.filter((it) => wordsOf(it)[0] === group.name() && wordsOf(it).length > 1);
    if (inside.length === 0 || group.summary() !== '') continue;
    group.summary(inside.map((it) => wordsOf(it).at(-1)).join(', '));
    group.showHelpAfterError(`'${service} ${group.name()} --help' lists its commands.`);
    group.addHelpText(
      'after',
      exampleText(
        service,
        inside.map(({ examples: [example] }) => example),
      ),
    );
  }
}

function refuse(service: string, words: readonly string[], error: UsageError, { writeError }: Streams): number {
  writeError(`${service}: ${printable(error.message)}\n`);
  const name = words.slice(0, 2).filter((word) => /^[a-z]/.test(word));
  writeError(`'${[service, ...name].join(' ')} --help' shows the arguments.\n`);
  return 2;
}

/** What an operator can act on; the stack as well where the log is that of a developer. */
function failureLines(error: unknown): string[] {
  if (error instanceof ConfigError) return error.message.split('\n');
  const stack = process.env.LOG_LEVEL === 'debug' && error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return [...errorMessage(error).split('\n'), ...stack];
}
