import { z } from 'zod';
import type { MessageDefinition } from './define.ts';
import { events, jobs } from './known.ts';

type JsonSchema = { properties?: Record<string, JsonSchema>; items?: JsonSchema; enum?: unknown[]; const?: unknown };

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
/** What is about a message and never about a person: ids, times, traces, and keys made of an id and names from our sources. */
const HARMLESS = new RegExp(
  `^(${UUID}(/[a-z0-9-]{1,100}){0,4}|\\d{4}-\\d{2}-\\d{2}T[\\d:.]{5,15}(Z|[+-]\\d{2}:\\d{2})|[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2})$`,
);
/** No message of ours is a quarter as deep; one that is made to be would use up the stack of whoever looks at it. */
const MAX_LEVELS = 32;
const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,60}$/;
/** What the envelope says of itself; `data` is the message's own, and its schema decides. */
const ENVELOPE_TEXTS = new Set(['specversion', 'source', 'type']);
const SHORT_NAME = /^[a-z0-9./_-]{1,100}$/;

/**
 * A message's body for people who need to see its form and not whom it is about. A text is shown when it is an id or a time, or one of the
 * values that the message's schema lists; every other text is replaced by its length. Numbers and booleans are shown.
 *
 * @param known whose schemas are looked at: the catalog's, and what a service has besides
 * @returns JSON with two spaces of indent, or a sentence where the body is not JSON
 */
export function redactBody(body: string, known: readonly MessageDefinition[] = [...events, ...jobs]): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return `Not JSON: ${Buffer.byteLength(body)} bytes, hidden.`;
  }
  return JSON.stringify(redactEnvelope(parsed, known), null, 2);
}

function redactEnvelope(value: unknown, known: readonly MessageDefinition[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return redact(value, undefined);
  const { type } = value as { type?: unknown };
  const definition = known.find((each) => each.type === type);
  const entries = Object.entries(value).map(([name, field]) => {
    if (definition && name === 'data') return [name, redact(field, schemaOf(definition))];
    const own = definition && ENVELOPE_TEXTS.has(name) && typeof field === 'string' && SHORT_NAME.test(field);
    return [shownName(name), own ? field : redact(field, undefined)];
  });
  return Object.fromEntries(entries);
}

function redact(value: unknown, schema: JsonSchema | undefined, level = 1): unknown {
  if (typeof value === 'string') {
    const listed = schema?.const === value || schema?.enum?.includes(value);
    return listed || HARMLESS.test(value) ? value : `(hidden: ${value.length} characters)`;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (level > MAX_LEVELS) return `(hidden: more than ${MAX_LEVELS} levels deep)`;
  if (Array.isArray(value)) return value.map((item) => redact(item, schema?.items, level + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      shownName(name),
      redact(field, schema?.properties?.[name], level + 1),
    ]),
  );
}

/** In data that breaks its contract a name may be anything. */
function shownName(name: string): string {
  return FIELD_NAME.test(name) ? name : `(hidden name: ${name.length} characters)`;
}

function schemaOf({ schema }: MessageDefinition): JsonSchema {
  return z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as JsonSchema;
}
