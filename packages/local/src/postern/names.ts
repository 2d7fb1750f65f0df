import { Fault } from '../fault.ts';
import { RESERVED_WORDS } from '../reserved-words.ts';

/** In characters: MySQL has 64 for a table and for an index, whose name has the table's and a column's in it. */
const LONGEST = 48;

/** The spellings of one name: `order.shipped`, `order-shipped`, `OrderShipped`. */
export interface Names {
  type: string;
  file: string;
  pascal: string;
  camel: string;
}

/**
 * Understands any of the spellings.
 *
 * @param fewest how many words it has: an event is a noun and a verb, a capability or a table may be one word
 * @throws Fault for what cannot be a name
 */
export function namesOf(text: string, fewest: 1 | 2 = 2): Names {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[.\-_ ]+/)
    .filter(Boolean);
  if (words.length < fewest || !words.every((word) => /^[a-z][a-z0-9]*$/.test(word))) {
    const expected = fewest === 1 ? 'a word or more, such as orders' : 'two words or more, such as order.shipped';
    throw new Fault(`"${text}" is not a valid name: expected ${expected}.`);
  }
  if (words.join('-').length > LONGEST)
    throw new Fault(`"${text}" is too long: expected ${LONGEST} characters at most.`);
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  if (RESERVED_WORDS.has(camel))
    throw new Fault(`"${text}" is a word of JavaScript: what is written would not compile.`);
  const [subject = '', ...rest] = words;
  return {
    type: [subject, ...(rest.length === 0 ? [] : [rest.join('_')])].join('.'),
    file: words.join('-'),
    pascal,
    camel,
  };
}

/** Where an operation of that name is: `/v1/orders/ship`. */
export function pathOf({ type }: Names): string {
  return `/v1/${type.replaceAll('_', '-').replaceAll('.', '/')}`;
}
