import { describe, expect, it } from 'vitest';
import { type Command, chooseCommand, UsageError } from './command.ts';

const command = (name: string): Command => ({ name, summary: `does ${name}`, run: async () => {} });
const commands = [command('migrate'), command('keys rotate')];

describe('the command line', () => {
  it('finds a command of one word or two, and hands the rest on', () => {
    expect(chooseCommand(commands, ['migrate'])).toMatchObject({ command: { name: 'migrate' }, args: [] });
    expect(chooseCommand(commands, ['keys', 'rotate', '--now'])).toMatchObject({
      command: { name: 'keys rotate' },
      args: ['--now'],
    });
  });

  it('lists the commands when there is no such one', () => {
    for (const args of [['keys'], ['migrated'], ['keys', 'rotated']]) {
      expect(() => chooseCommand(commands, args)).toThrow(UsageError);
      expect(() => chooseCommand(commands, args)).toThrow(/migrate\s+does migrate/);
    }
  });
});
