import { z } from 'zod';

/**
 * A whole number as people write it: digits alone. `Number()` takes white space for 0, and `0x10` and `1e3` for numbers that
 * nobody meant.
 */
export function wholeNumber(expected: string) {
  return z
    .string(expected)
    .trim()
    .regex(/^-?\d{1,16}$/, expected)
    .transform(Number);
}
