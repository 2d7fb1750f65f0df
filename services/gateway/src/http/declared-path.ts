import { z } from 'zod';

/** Whether every name of a path is one that the schema declares. A record's keys, and what is none of its fields, are the sender's own. */
export function isDeclared(schema: z.core.$ZodType, path: readonly PropertyKey[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  const inner = within(schema);
  if (inner instanceof z.ZodArray) return typeof name === 'number' && isDeclared(inner.element, rest);
  if (inner instanceof z.ZodUnion) return inner.options.some((option) => isDeclared(option, path));
  if (!(inner instanceof z.ZodObject) || !Object.hasOwn(inner.shape, name)) return false;
  return isDeclared(inner.shape[name as string], rest);
}

/** What a schema says when it says nothing of presence, defaults and transformations. */
function within(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) return within(schema.in);
  const isWrapper =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly;
  return isWrapper ? within(schema.unwrap()) : schema;
}
