import { UsageError } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { suppressions } from './suppressions.ts';

describe('the command suppressions', () => {
  it.each([
    ['no action', [], /expected list, add or remove/],
    ['a change without a reason', ['add', 'ann@example.com'], /--reason is needed/],
    ['what is no address', ['remove', 'ann', '--reason', 'asked'], /name@domain/],
    ['a limit that is no number', ['list', '--limit', 'many'], /--limit is a whole number/],
    ['an option there is not', ['list', '--all'], /--all/],
  ])('refuses %s', async (_what, args, problem) => {
    const refusal = await suppressions.run(args).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UsageError);
    expect((refusal as UsageError).message).toMatch(problem);
  });
});
