import { Command as Node, Option } from 'commander';
import type { Command, PassedOn } from './command.ts';
import { optionName } from './read-input.ts';
import { UsageError } from './usage-error.ts';

/** Ids may begin with a hyphen; what looks like an option is one, and then a wrong one. */
const LOOKS_LIKE_OPTION = /^--[a-z]+(-[a-z]+)*(=|$)/;

export type Any = Command | PassedOn;

/** What commander does about a word that is not a command; its types leave it out. */
interface Suggesting {
  unknownCommand(): never;
}

/** A command of commander that takes words such as `-Fj3` for arguments: ids are random. */
class Leaf extends Node {
  override parseOptions(args: string[]) {
    const { operands, unknown } = super.parseOptions(args);
    if (unknown.some((word) => LOOKS_LIKE_OPTION.test(word))) return { operands, unknown };
    return { operands: [...operands, ...unknown], unknown: [] };
  }
}

export function wordsOf({ name }: Pick<Any, 'name'>): string[] {
  return name.split(/[ :]/);
}

/** Adds the command, and the groups that its words name, below the program. */
export function addCommand(
  program: Node,
  service: string,
  command: Any,
  run: (given: Record<string, unknown>) => void,
) {
  const words = wordsOf(command);
  let parent = program;
  for (const word of words.slice(0, -1))
    parent = parent.commands.find((it) => it.name() === word) ?? addGroup(parent, word);
  const leaf: Node = new Leaf(words.at(-1) as string).copyInheritedSettings(program).allowExcessArguments(false);
  leaf.summary(command.summary).description([`${command.summary}.`, command.about].filter(Boolean).join('\n\n'));
  leaf.showHelpAfterError(`'${service} ${command.name} --help' shows the arguments.`);
  leaf.addHelpText('after', exampleText(service, command.examples));
  const fields = 'input' in command ? Object.entries(command.input) : [];
  for (const [name, { kind, about, placeholder, schema }] of fields) {
    const spelled = optionName(name);
    const optional = schema.safeParse(undefined).success;
    if (kind === 'argument') leaf.argument(optional ? `[${spelled}]` : `<${spelled}>`, about);
    else if (kind === 'rest') leaf.argument(`[${spelled}...]`, about);
    else if (kind === 'flag') leaf.option(`--${spelled}`, about);
    else {
      const said = optional ? about : `${about} (required)`;
      leaf.addOption(valueOption(spelled, { placeholder, about: said, many: kind === 'repeated' }));
    }
  }
  if ('input' in command && command.acts) {
    leaf.addOption(
      valueOption('by', {
        placeholder: 'NAME',
        about: 'who does it, for the log (default: OPERATOR_NAME, or the account)',
        many: false,
      }),
    );
  }
  if ('input' in command && command.json) leaf.option('--json', 'answer as one JSON document');
  leaf.action(() => {
    // Where it has commands below it, a further word was meant to be one of them.
    if (leaf.commands.length > 0 && leaf.args.length > 0) (leaf as unknown as Suggesting).unknownCommand();
    const words = Object.fromEntries(
      leaf.registeredArguments.map((it, index) => [it.name(), leaf.processedArgs[index]]),
    );
    const positional = fields.flatMap(([name]) => (optionName(name) in words ? [[name, words[optionName(name)]]] : []));
    run({ ...leaf.opts(), ...Object.fromEntries(positional) });
  });
  // A further word of a command that has others below it is looked at in its action.
  parent.allowExcessArguments().addCommand(leaf);
}

function addGroup(parent: Node, word: string): Node {
  const group = new Node(word).copyInheritedSettings(parent);
  parent.addCommand(group);
  return group;
}

function valueOption(
  name: string,
  { placeholder, about, many }: { placeholder: string; about: string; many: boolean },
) {
  return new Option(`--${name} <${placeholder}>`, about).argParser<string | string[]>((text, before) => {
    // `--by --dry-run`: the value was left out, and the next option must not be swallowed as it.
    if (LOOKS_LIKE_OPTION.test(text)) throw new UsageError(`--${name} ${placeholder} has no value`);
    return many ? [...(before ?? []), text] : text;
  });
}

export function exampleText(service: string, examples: readonly string[]): string {
  return ['', 'Examples:', ...examples.map((example) => `  ${service} ${example}`)].join('\n');
}
