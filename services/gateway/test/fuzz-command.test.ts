import { runCommands } from '@postern/runtime/testing';
import { describe, expect, it } from 'vitest';
import { fuzzCommand } from '../fuzz/fuzz-command.ts';
import type { FuzzingOptions } from '../fuzz/fuzzing.ts';

async function fuzz(...args: string[]) {
  const asked: FuzzingOptions[] = [];
  const command = fuzzCommand(async (options) => {
    asked.push(options);
    return 0;
  });
  return { ...(await runCommands([command], 'run', ...args)), asked };
}

describe('the fuzzing of the API', () => {
  it('is of every role and operation, by default', async () => {
    const { code, asked } = await fuzz();
    expect(code).toBe(0);
    expect(asked).toMatchObject([{ role: undefined, operation: [], examples: 20, seed: 1 }]);
  });

  it('is of the role and the operations that are named', async () => {
    const { asked } = await fuzz(
      '--role',
      'admin',
      '--operation',
      'login',
      '--operation',
      'refresh',
      '--examples',
      '7',
    );
    expect(asked).toMatchObject([{ role: 'admin', operation: ['login', 'refresh'], examples: 7 }]);
  });

  it.each([
    [['--role', 'administrator'], /--role: expected nobody, user, admin/],
    [['--role', ''], /--role/],
    [['--examples', 'many'], /--examples: expected a whole number from 1/],
    [['--rolle', 'admin'], /unknown option '--rolle'/],
    [['admin'], /too many arguments/],
  ])('takes no %j for something else, and starts nothing', async (args, complaint) => {
    const { code, complaints, asked } = await fuzz(...args);
    expect([code, asked]).toEqual([2, []]);
    expect(complaints).toMatch(complaint);
  });
});
