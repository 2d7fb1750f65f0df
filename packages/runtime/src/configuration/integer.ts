import { z } from 'zod';
import { wholeNumber } from './whole-number.ts';

/** A whole number with its bounds; the error names them. */
export function integer(defaultValue: number, min: number, max: number, description: string) {
  const expected = `expected ${description}: a whole number from ${min} to ${max}`;
  return wholeNumber(expected).pipe(z.number().min(min, expected).max(max, expected)).default(defaultValue);
}
