import { z } from 'zod';
import { isDeclared } from './declared-path.ts';
import { type FieldFault, MADE_UP } from './problem.ts';
import { ValidationFailed } from './problems.ts';

/** One part of a request, what it holds, and the schema for it. */
export interface Part {
  in: 'body' | 'query' | 'path';
  schema: z.ZodType;
  value: unknown;
}

/**
 * Validates all parts of a request and returns what the schemas made of them, in the same order.
 *
 * @param further what else is wrong with the body, of whose fields it is given the good ones; asked only when there is a fault
 * @throws ProblemError 422 with every fault of every part at once
 */
export async function validateParts(
  parts: readonly Part[],
  further: (goodFields: Record<string, unknown>) => Promise<FieldFault[]> | undefined = () => undefined,
): Promise<unknown[]> {
  const faults: FieldFault[] = [];
  const values = parts.map((part) => {
    const result = part.schema.safeParse(part.in === 'query' ? once(part, faults) : part.value);
    if (result.success) return result.data;
    faults.push(...result.error.issues.flatMap((issue) => toFaults(issue, part)));
    return undefined;
  });
  if (faults.length === 0) return values;
  const body = parts.find((part) => part.in === 'body');
  if (body) faults.push(...((await further(goodFields(body))) ?? []));
  throw ValidationFailed.error({ errors: faults });
}

type Query = Record<string, string | string[]>;

/** No operation takes a list as a parameter: one that is given twice is an error, and which of the two is meant a guess. */
function once(part: Part, faults: FieldFault[]): Record<string, string | undefined> {
  const single = Object.entries(part.value as Query).map(([name, value]): [string, string | undefined] => {
    if (typeof value === 'string') return [name, value];
    faults.push(faultAt(part, [name], `Is given ${value.length} times; send it once.`));
    return [name, value[0]];
  });
  return Object.fromEntries(single);
}

/** The fields of an object that are good by themselves, parsed. */
function goodFields({ schema, value }: Part): Record<string, unknown> {
  if (!(schema instanceof z.ZodObject) || typeof value !== 'object' || value === null) return {};
  const fields: Record<string, z.ZodType> = schema.shape;
  const good = Object.entries(fields).flatMap(([name, field]) => {
    const result = field.safeParse((value as Record<string, unknown>)[name]);
    return result.success ? [[name, result.data]] : [];
  });
  return Object.fromEntries(good);
}

/** RFC 6901: `~` and `/` in a name are escaped. */
export function toPointer(path: readonly PropertyKey[]): string {
  return path.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Zod reports an absent field as one of type undefined, which means nothing to a caller. */
function wordsFor(issue: z.core.$ZodIssue): string {
  const absent = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  if (absent) return `Is missing; expected a value of type ${issue.expected}.`;
  if (issue.message.endsWith('received NaN')) return 'Is not a number.';
  return issue.message;
}

function toFaults(issue: z.core.$ZodIssue, part: Part): FieldFault[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => faultAt(part, [...issue.path, key], 'Unknown field.'));
  }
  return [faultAt(part, issue.path, wordsFor(issue))];
}

function faultAt({ in: where, schema }: Part, path: readonly PropertyKey[], detail: string): FieldFault {
  const at = where === 'body' ? { pointer: toPointer(path) } : { parameter: String(path[0] ?? '') };
  return { ...at, detail, ...(!isDeclared(schema, path) && { [MADE_UP]: true as const }) };
}
