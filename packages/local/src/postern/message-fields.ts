import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import { type Field, fieldOf } from './fields.ts';
import { messageFile } from './message-file.ts';
import type { Names } from './names.ts';

/** What an event says of a person, and what of the account it is. */
export const PERSON = { user_id: 'id', email: 'email', first_name: 'firstName', locale: 'locale' } as const;

/** What an event or a job carries, as its definition says. */
export interface MessageFields {
  /** Of the person that it is about: names of `PERSON`. */
  person: readonly (keyof typeof PERSON)[];
  own: readonly Field[];
}

/**
 * Reads what an event, or a job of the catalog, carries from its file.
 *
 * @throws Fault for a field of which nothing can be made, which whoever wrote it has to fill in
 */
export function messageFields(message: Names, root: string): MessageFields {
  const file = messageFile(message);
  const entries = entriesOf(readFileSync(join(root, file), 'utf8'));
  const names = Object.keys(PERSON) as (keyof typeof PERSON)[];
  const given = entries.map((entry) => entry.split(':', 1)[0]?.trim() ?? '');
  const person = names.filter((name) => given.includes('...person') || given.includes(name));
  const own = entries
    .filter((_, index) => given[index] !== '...person' && !names.some((name) => name === given[index]))
    .map((entry) => {
      const [name = ''] = entry.split(':', 1);
      const field = fieldOf(name, entry.slice(name.length + 1).trim());
      if (field) return field;
      throw new Fault(
        `${file} has "${entry}", of which no body and no column can be made: leave it out of the definition, and add it when the endpoint is there.`,
      );
    });
  return { person, own };
}

/** What stands between the commas of `z.object({ … })`. */
function entriesOf(text: string): string[] {
  const start = text.indexOf('z.object({');
  if (start < 0) return [];
  const entries = [''];
  let depth = 0;
  for (const letter of text.slice(start + 'z.object({'.length).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')) {
    if ('([{'.includes(letter)) depth++;
    if (')]}'.includes(letter)) depth--;
    if (depth < 0) break;
    if (letter === ',' && depth === 0) entries.push('');
    else entries[entries.length - 1] += letter;
  }
  return entries.map((entry) => entry.replaceAll(/\s*\n\s*/g, '').trim()).filter(Boolean);
}
