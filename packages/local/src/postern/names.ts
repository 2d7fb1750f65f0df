import { Fault } from '../fault.ts';
import { RESERVED_WORDS } from '../reserved-words.ts';

/** In characters: MySQL has 64 for a table and for an index, whose name has the table's and a column's in it; Kubernetes 63 for the Deployment of a queue. */
const LONGEST = 48;

/** The spellings of one name: `order.shipped`, `order-shipped`, `OrderShipped`. */
export interface Names {
  type: string;
  file: string;
  pascal: string;
  camel: string;
}

/** What a name is for: how many words it has at least, and one of its kind. */
export interface NameRule {
  fewest: 1 | 2;
  example: string;
}

/** An event, a job, a mail: a noun and a verb. */
export const TWO_WORDS: NameRule = { fewest: 2, example: 'order.shipped' };

/**
 * Understands any of the spellings.
 *
 * @throws Fault for what cannot be a name
 */
export function namesOf(text: string, { fewest, example }: NameRule = TWO_WORDS): Names {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[.\-_ ]+/)
    .filter(Boolean);
  const file = words.join('-');
  if (words.length < fewest || !words.every((word) => /^[a-z][a-z0-9]*$/.test(word))) {
    const number = fewest === 1 ? 'a word or more' : 'two words or more';
    throw new Fault(
      `"${text}" is not a valid name: expected ${number}, such as ${example}, of the letters a to z and digits, each with a letter first.`,
    );
  }
  if (file.length > LONGEST) throw new Fault(`"${text}" is too long: expected ${LONGEST} characters at most.`);
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  if (RESERVED_WORDS.has(camel))
    throw new Fault(`"${text}" is a word of JavaScript: what is written would not compile.`);
  const [subject = '', ...rest] = words;
  return {
    type: [subject, ...(rest.length === 0 ? [] : [rest.join('_')])].join('.'),
    file,
    pascal,
    camel,
  };
}

/** Where an operation of that name is: `/v1/orders/ship`. */
export function pathOf({ type }: Names): string {
  return `/v1/${type.replaceAll('_', '-').replaceAll('.', '/')}`;
}

/** A table of that name: `order_lines`. */
export function tableOf({ file }: Names): string {
  return file.replaceAll('-', '_');
}
