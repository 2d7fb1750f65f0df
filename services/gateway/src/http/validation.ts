import type { z } from 'zod';
import type { FieldFault } from './problem.ts';
import { ValidationFailed } from './problems.ts';

/** More than these are not listed; 16 KB of unknown names would make an answer of a megabyte. */
const MAX_FAULTS = 100;

/** One part of a request, what it holds, and the schema for it. */
export interface Part {
  in: 'body' | 'query' | 'path';
  schema: z.ZodType;
  value: unknown;
}

/**
 * Validates all parts of a request and returns what the schemas made of them, in the same order.
 *
 * @throws ProblemError 422 with every fault of every part at once
 */
export function validateParts(parts: readonly Part[]): unknown[] {
  const faults: FieldFault[] = [];
  const values = parts.map((part) => {
    const result = part.schema.safeParse(part.value);
    if (result.success) return result.data;
    faults.push(...result.error.issues.flatMap((issue) => toFaults(issue, part.in)));
    return undefined;
  });
  if (faults.length > 0) throw ValidationFailed.error({ errors: faults.slice(0, MAX_FAULTS) });
  return values;
}

/** RFC 6901: `~` and `/` in a name are escaped. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Zod tells an absent field as one of type undefined, which means nothing to a caller. */
function wordsFor(issue: z.core.$ZodIssue): string {
  const absent = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return absent ? `Is missing; expected a value of type ${issue.expected}.` : issue.message;
}

function toFaults(issue: z.core.$ZodIssue, where: Part['in']): FieldFault[] {
  const at = (path: readonly PropertyKey[], detail: string): FieldFault =>
    where === 'body' ? { pointer: toPointer(path), detail } : { parameter: String(path[0] ?? ''), detail };
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => at([...issue.path, key], 'Is not known here.'));
  }
  return [at(issue.path, wordsFor(issue))];
}
