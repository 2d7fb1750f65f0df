import { UsageError } from '@postern/runtime';
import { expect, it } from 'vitest';
import { commands } from './index.ts';

it.each(commands.map((command) => [command.name, command] as const))(
  '%s refuses an option that it does not have, before it reads its configuration',
  async (_name, command) => {
    await expect(Promise.resolve(command.run(['--no-such-option']))).rejects.toThrow(UsageError);
  },
);

it.each([
  ['dead-letters', 'dance'],
  ['dead-letters', 'list'],
  ['outbox', 'dance'],
  ['outbox', 'retry'],
  ['outbox', 'retry', 'seven'],
  ['outbox', 'remove', '7'],
  ['suppressions', 'dance'],
  ['suppressions', 'add', 'ann@example.com'],
  ['mail:preview', 'no-such-mail', '--to', 'ann@example.com'],
  ['mail:preview', 'welcome'],
  ['migrate', 'now'],
])('%s %s … is a mistake in the arguments', async (name, ...args) => {
  const command = commands.find((it) => it.name === name);
  await expect(Promise.resolve(command?.run(args))).rejects.toThrow(UsageError);
});
