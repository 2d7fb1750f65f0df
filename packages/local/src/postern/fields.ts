import { Fault } from '../fault.ts';

/** What a field is in each of the places that have it. */
interface Kind {
  /** In events, jobs and bodies. */
  schema: string;
  type: string;
  /** A value, as TypeScript and as JSON. */
  sample: string | number | boolean;
  /** Another one, for what changes it. */
  other: string | number | boolean;
  /** The column of that name. */
  column(name: string): string;
  /** Its value in a row, made of the expression, and made of a row's; the same where it is left out. */
  stored?(value: string): string;
  shown?(value: string): string;
}

/** The grammar of `<input type=email>`, which every address of an account fits: zod's own refuses `a&b@example.com` and domains that end in letters outside ASCII. */
const EMAIL = 'z.email({ pattern: z.regexes.html5Email })';

/** A year before 1000 is a date that was never set. MySQL promises to keep none, and its client reads 0001 as 2001. */
const TIME = "z.iso.datetime().refine((time) => time >= '1000', 'Has a year before 1000')";

const kinds = {
  string: {
    ...{ schema: 'z.string().min(1).max(200)', type: 'string', sample: 'some text', other: 'more text' },
    column: (name) => `table.string('${name}', 200)`,
  },
  integer: {
    ...{ schema: 'z.int().min(0).max(1_000_000_000)', type: 'number', sample: 3, other: 4 },
    column: (name) => `table.integer('${name}')`,
  },
  number: {
    ...{ schema: 'z.number()', type: 'number', sample: 2.5, other: 3.5 },
    column: (name) => `table.double('${name}')`,
  },
  boolean: {
    ...{ schema: 'z.boolean()', type: 'boolean', sample: true, other: false },
    column: (name) => `table.boolean('${name}')`,
    shown: (value) => `Boolean(${value})`,
  },
  uuid: {
    ...{ schema: 'z.uuid()', type: 'string' },
    ...{ sample: '0197a1c2-0000-7000-8000-000000000001', other: '0197a1c2-0000-7000-8000-000000000002' },
    column: (name) => `idColumn(table, '${name}')`,
    stored: (value) => `idToBytes(${value})`,
    shown: (value) => `bytesToId(${value})`,
  },
  email: {
    ...{ schema: `${EMAIL}.max(254)`, type: 'string', sample: 'ann@example.com', other: 'bob@example.com' },
    column: (name) => `table.string('${name}', 254)`,
  },
  url: {
    // As a URI, which is what the API's description says it is: others write it with letters and spaces that no URI has.
    ...{ schema: 'z.url({ protocol: /^https?$/, normalize: true }).max(2_000)', type: 'string' },
    ...{ sample: 'https://example.com/', other: 'https://example.org/' },
    column: (name) => `table.string('${name}', 2_000)`,
  },
  time: {
    ...{ schema: TIME, type: 'string' },
    ...{ sample: '2026-01-31T10:00:00.000Z', other: '2026-02-28T10:00:00.000Z' },
    column: (name) => `timeColumn(table, '${name}')`,
    stored: (value) => `new Date(${value})`,
    shown: (value) => `iso(${value})`,
  },
} as const satisfies Record<string, Kind>;

export const fieldKinds = Object.keys(kinds) as (keyof typeof kinds)[];

/** A field of an event, a body or a table. Its schema may say more than its kind's does. */
export interface Field extends Kind {
  name: string;
  kind: keyof typeof kinds;
}

/** Kinds that may have bounds, and the widest that their columns have room for. */
const WIDEST: Partial<Record<keyof typeof kinds, { schema: string; max: number }>> = {
  string: { schema: 'z.string()', max: 16_000 },
  integer: { schema: 'z.int()', max: 2_147_483_647 },
  number: { schema: 'z.number()', max: 1_000_000_000_000 },
};

/**
 * Fields as they are given on the command line: `item:string quantity:integer(1..1000)`.
 *
 * @param taken names that the fields cannot have, as what is written has them already
 * @throws Fault for a name or a kind that there is not, for bounds that it cannot have, and for a name twice
 */
export function readFields(text: string | undefined, taken: readonly string[] = []): Field[] {
  const words = (text ?? '').split(/[\s,]+/).filter(Boolean);
  const fields = words.map((word) => {
    const [, name = '', kind = '', low, high] = /^([^:]*):?([^(]*)(?:\((\d{1,15})\.\.(\d{1,15})\))?$/.exec(word) ?? [];
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name))
      throw new Fault(
        `"${word}" is not a field: expected name:kind, such as item:string or quantity:integer(1..1000).`,
      );
    if (!isKind(kind))
      throw new Fault(`"${word}" has no kind that there is: expected one of ${fieldKinds.join(', ')}.`);
    if (name === 'constructor') throw new Fault('No field can be called constructor: every object has one.');
    if (taken.includes(name)) throw new Fault(`The field ${name} is there by itself: leave it out.`);
    return low === undefined
      ? { ...kinds[kind], name, kind }
      : bounded(word, { name, kind }, Number(low), Number(high));
  });
  const twice = fields.find(({ name }, index) => fields.findIndex((other) => other.name === name) !== index);
  if (twice) throw new Fault(`The field ${twice.name} is given twice.`);
  return fields;
}

function bounded(word: string, { name, kind }: Pick<Field, 'name' | 'kind'>, min: number, max: number): Field {
  const widest = WIDEST[kind];
  if (!widest) throw new Fault(`"${word}" has bounds, which only ${Object.keys(WIDEST).join(', ')} may have.`);
  if (min > max || max > widest.max) {
    throw new Fault(
      `"${word}" has no bounds that there can be: expected (least..most), and at most ${spelled(widest.max)}.`,
    );
  }
  const field = fieldOf(name, `${widest.schema}.min(${spelled(min)}).max(${spelled(max)})`);
  if (!field) throw new Error(`no field can be made of ${word}`);
  return field;
}

/** As numbers are written in sources: `1_000`. */
function spelled(value: number): string {
  return value.toLocaleString('en-US').replaceAll(',', '_');
}

function isKind(text: string): text is keyof typeof kinds {
  return Object.hasOwn(kinds, text);
}

/** Schemas of which a column and a sample can be made, by kind: with bounds, and nothing else. */
const READABLE: readonly [RegExp, keyof typeof kinds][] = [
  [/^z\.(uuid|guid)\(\)$/, 'uuid'],
  [/^z\.email\((\{ pattern: z\.regexes\.\w+ \})?\)$/, 'email'],
  [/^z\.url\([^()]*\)$/, 'url'],
  [/^z\.iso\.datetime\(\)(\.refine\(.*\))?$/, 'time'],
  [/^z\.boolean\(\)$/, 'boolean'],
  [/^z\.(int\(\)|number\(\)\.int\(\))$/, 'integer'],
  [/^z\.number\(\)$/, 'number'],
  [/^z\.string\(\)$/, 'string'],
];

const BOUND = /\.(min|max)\(([\d_]+)\)/g;
/** What a column of texts may have; a longer one is a TEXT. */
const LONGEST = 2_000;

/** A field whose schema somebody has written; undefined where it says more than a column or a sample could be made of. */
export function fieldOf(name: string, schema: string): Field | undefined {
  const [, kind] = READABLE.find(([pattern]) => pattern.test(schema.replaceAll(BOUND, ''))) ?? [];
  if (kind === undefined) return undefined;
  const bounds = [...schema.matchAll(BOUND)].map(([, which, digits = '']) => [
    which,
    Number(digits.replaceAll('_', '')),
  ]);
  const { min = 0, max = Number.POSITIVE_INFINITY } = Object.fromEntries(bounds) as { min?: number; max?: number };
  const field: Field = { ...kinds[kind], name, kind, schema };
  const { sample, other } = field;
  if (kind === 'integer' || kind === 'number') {
    const fitting = (number: typeof sample) => Math.min(max, Math.max(min, Number(number)));
    const next = fitting(fitting(sample) + 1);
    return { ...field, sample: fitting(sample), other: next === fitting(sample) ? fitting(next - 1) : next };
  }
  if (kind !== 'string') return field;
  const column = max <= LONGEST ? `table.string('${name}', ${max})` : `table.text('${name}')`;
  const fitting = (text: typeof sample) => String(text).padEnd(min, 'x').slice(0, max);
  return { ...field, column: () => column, sample: fitting(sample), other: fitting(other) };
}

/** `item: z.string(), quantity: z.int()`. */
export function schemaFields(fields: readonly Field[]): string {
  return fields.map(({ name, schema }) => `${name}: ${schema}`).join(', ');
}

/** `item: string; quantity: number`. */
export function typeFields(fields: readonly Field[]): string {
  return fields.map(({ name, type }) => `${name}: ${type}`).join('; ');
}

/** `item: 'some text', quantity: 3`. */
export function sampleFields(fields: readonly Field[]): string {
  return fields.map(({ name, sample }) => `${name}: ${literal(sample)}`).join(', ');
}

/** `item: body.item, quantity: body.quantity`: by their names, so that what is added to the one is not in the other unseen. */
export function namedFields(fields: readonly Field[], of: string): string {
  return fields.map(({ name }) => `${name}: ${of}.${name}`).join(', ');
}

/** As `sampleFields`, of one field and with its other value: `item: 'more text'`. */
export function changeOf({ name, other }: Field): string {
  return `${name}: ${literal(other)}`;
}

function literal(value: Field['sample']): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
