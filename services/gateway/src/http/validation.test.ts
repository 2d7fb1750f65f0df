import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ProblemError } from './problem.ts';
import { validateParts } from './validation.ts';

const query = z.strictObject({ limit: z.coerce.number().optional(), name: z.string().optional() });

async function faultsOf(value: Record<string, string | string[]>) {
  const error = await validateParts([{ in: 'query', schema: query, value }]).catch((thrown: ProblemError) => thrown);
  return (error as ProblemError).errors;
}

describe('a parameter', () => {
  it('that is given twice is reported as that, whatever its type', async () => {
    const detail = 'Is given 2 times; send it once.';
    expect(await faultsOf({ limit: ['1', '2'] })).toEqual([{ parameter: 'limit', detail }]);
    expect(await faultsOf({ name: ['a', 'a'] })).toEqual([{ parameter: 'name', detail }]);
  });

  it('that is not a number is reported without words of JavaScript', async () => {
    expect(await faultsOf({ limit: 'many' })).toEqual([{ parameter: 'limit', detail: 'Is not a number.' }]);
  });
});
