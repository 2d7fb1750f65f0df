import { Fault } from '../fault.ts';

/** The spellings of one name: `order.shipped`, `order-shipped`, `OrderShipped`. */
export interface Names {
  type: string;
  file: string;
  pascal: string;
  camel: string;
}

/** Understands any of the spellings; throws a {@link Fault} for what cannot be a name. */
export function namesOf(text: string): Names {
  const words = text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[.\-_ ]+/)
    .filter(Boolean);
  if (words.length < 2 || !words.every((word) => /^[a-z][a-z0-9]*$/.test(word))) {
    throw new Fault(`"${text}" is not a valid name: expected two words or more, such as order.shipped.`);
  }
  const pascal = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const [subject = '', ...rest] = words;
  return {
    type: `${subject}.${rest.join('_')}`,
    file: words.join('-'),
    pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
  };
}
