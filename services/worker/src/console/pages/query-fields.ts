import { timeField } from '@postern/runtime';
import { ConsoleFault } from '../web/console-route.ts';

export const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_CHARACTERS = 300;

/** @throws ConsoleFault for what is not an id */
export function readId(given: string | null | undefined): string | undefined {
  const text = given?.trim();
  if (!text) return undefined;
  if (!ID.test(text)) throw new ConsoleFault(400, `"${text.slice(0, 60)}" is not an id.`);
  return text.toLowerCase();
}

/** @throws ConsoleFault for what is not an id */
export function idIn(query: URLSearchParams, name: string): string | undefined {
  return readId(query.get(name));
}

/**
 * A field's text without the space around it; undefined when it is empty.
 *
 * @throws ConsoleFault for what is too long: the beginning of a text fits more than the text, and what is chosen by it may be discarded
 */
export function textIn(query: URLSearchParams, name: string): string | undefined {
  const text = query.get(name)?.trim() || undefined;
  if (text !== undefined && text.length > MAX_CHARACTERS) {
    throw new ConsoleFault(400, `${name}: expected at most ${MAX_CHARACTERS} characters.`);
  }
  return text;
}

/** @throws ConsoleFault for what is not one of them */
export function oneIn<Value extends string>(
  query: URLSearchParams,
  name: string,
  values: readonly Value[],
): Value | undefined {
  const text = textIn(query, name);
  if (text === undefined) return undefined;
  const found = values.find((value) => value === text);
  if (found === undefined) throw new ConsoleFault(400, `${name}: expected ${values.join(', ')}.`);
  return found;
}

/** A moment as a browser's field gives it: without a zone, and without seconds where they are 0. */
const WITHOUT_ZONE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2})(:\d{2}(?:\.\d+)?)?$/;

/**
 * A moment, or the day's beginning; without a zone it is UTC, as every time of the console.
 *
 * @throws ConsoleFault for what is not a time: `Date` makes 2001 of "5", and what is chosen by it may be discarded
 */
export function timeIn(query: URLSearchParams, name: string): Date | undefined {
  const text = textIn(query, name);
  if (text === undefined) return undefined;
  const { data } = timeField.safeParse(text.replace(WITHOUT_ZONE, (_all, minute, rest = ':00') => `${minute}${rest}Z`));
  if (!data) throw new ConsoleFault(400, `${name}: expected a time such as 2026-01-31T10:00.`);
  return data;
}
