import { option } from '@postern/runtime/light';
import { z } from 'zod';
import { fieldKinds } from './fields.ts';
import type { Kind, MakeOptions } from './kinds.ts';

/** Writes what a generator makes, formatted. */
export type Write = (kind: Kind, name: string | readonly string[], options?: MakeOptions) => void;

export const about = 'A file that exists is never overwritten. What is to be filled in says so.';
export const aboutFields = `${about} A field is a name and one of: ${fieldKinds.join(', ')}; one of string, integer and number may have bounds, as in quantity:integer(1..1000).`;

/** A text that fits into a line, wherever it is written. */
export const line = z
  .string()
  .transform((given) => given.replaceAll(/\s+/g, ' ').trim())
  .pipe(z.string().min(1));

export const fields = option('FIELDS', 'what it has, such as "item:string quantity:integer"', z.string().optional());
export const sentence = option('TEXT', 'what it is, in a sentence', line.optional());
