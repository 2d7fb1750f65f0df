import { ConfigError } from '@postern/runtime';
import { mailPreview, mailPreviewUsage } from '../mail/preview/mail-preview-command.ts';
import { deadLetters } from './dead-letters.ts';
import { migrate } from './migrate.ts';
import { suppressions } from './suppressions.ts';

interface Command {
  run(args: string[]): Promise<void>;
  usage: string;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  migrate: { run: migrate, usage: 'migrate                             bring the schema up to date, under a lock' },
  suppressions: {
    run: suppressions,
    usage: `suppressions list [--limit N]        addresses that get no mail
  suppressions add ADDRESS --reason WHY [--by WHO]
  suppressions remove ADDRESS --reason WHY [--by WHO]`,
  },
  'dead-letters': {
    run: deadLetters,
    usage: 'dead-letters [--help]                what was given up: list, show, retry, edit, remove',
  },
  'mail:preview': { run: mailPreview, usage: mailPreviewUsage },
};

/** @throws ConfigError for a command there is not, with those there are */
export async function runCommand(name: string, args: string[]): Promise<void> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command.run(args);
  throw new ConfigError([
    `no command "${name}". Without one the worker serves; there are:`,
    ...Object.values(COMMANDS).map(({ usage }) => usage),
  ]);
}
