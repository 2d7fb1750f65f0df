import type { SeededRandom } from '../seeded-random.ts';

/** Whoever signs up here is nobody whose mail is waited for. */
export const FUZZ_DOMAIN = 'fuzz.example';

interface Schema {
  $ref?: string;
  properties?: Record<string, Schema>;
}

interface Operation {
  parameters?: { name?: string; in?: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
}

/** An OpenAPI document, as far as it is looked at. */
export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

export interface FuzzCase {
  /** For what is found: which operation and what is strange about it. */
  name: string;
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Buffer | undefined;
  /** The statuses that the document has for the operation. */
  documented: ReadonlySet<number>;
}

const DEPTH = 10_000;
const LONG = 100_000;
const deep = (open: string, close: string) => open.repeat(DEPTH) + close.repeat(DEPTH);
const UUID = '0197c2f0-0000-7000-8000-000000000000';

/** JSON texts that some code, somewhere, does not expect, by name. */
const VALUES: Readonly<Record<string, string>> = {
  ...{
    null: 'null',
    true: 'true',
    zero: '0',
    'minus zero': '-0',
    huge: '1e400',
    tiny: '1e-400',
    big: '9007199254740993',
  },
  ...{ 'empty text': '""', blanks: '"   "', NUL: '"a\\u0000b"', controls: '"\\u0001\\u001b[2J\\r\\n"' },
  ...{
    'lone high surrogate': '"\\ud800"',
    'lone low surrogate': '"a\\udfffb"',
    'pair the wrong way': '"\\udc00\\ud800"',
  },
  ...{
    astral: '"\\ud83d\\ude00"',
    'right to left': '"\\u202eabc"',
    BOM: '"\\ufeff"',
    combining: `"${'e\\u0301'.repeat(500)}"`,
  },
  ...{
    long: `"${'x'.repeat(LONG)}"`,
    'long address': `"${'x'.repeat(LONG)}@${FUZZ_DOMAIN}"`,
    quotes: `"' OR 1=1 -- \\" \\\\"`,
  },
  ...{
    CRLF: `"a@${FUZZ_DOMAIN}\\r\\nbcc: b@${FUZZ_DOMAIN}"`,
    template: '"{{7*7}}%s%n<%= 7*7 %>"',
    path: '"../../etc/passwd\\u0000"',
  },
  ...{
    'empty list': '[]',
    'empty object': '{}',
    prototype: '{"__proto__":{"admin":true}}',
    constructor: '{"constructor":{"prototype":{}}}',
  },
  ...{
    'deep list': deep('[', ']'),
    'deep object': deep('{"a":', '}').replace('{}', '{"a":1}'),
    'long list': `[${'0,'.repeat(9_999)}0]`,
  },
  ...{
    toString: '{"toString":1,"valueOf":1,"length":-1}',
    'uuid in capitals': `"${UUID.toUpperCase()}"`,
    uuid: `"${UUID}"`,
  },
};

/** Whole bodies that are not JSON, or not what was meant. */
const BODIES: Readonly<Record<string, Buffer>> = {
  empty: Buffer.alloc(0),
  'one brace': Buffer.from('{'),
  'two values': Buffer.from('{}{}'),
  'a list': Buffer.from('[]'),
  'a text': Buffer.from('"text"'),
  'a comma too many': Buffer.from('{"email":"a",}'),
  'the same key twice': Buffer.from('{"email":1,"email":2}'),
  'no UTF-8': Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]),
  'UTF-16': Buffer.from('{"email":"a"}', 'utf16le'),
  'a BOM': Buffer.from('\ufeff{}'),
  'NUL bytes': Buffer.alloc(1_000),
  'ten thousand lists': Buffer.from(deep('[', ']')),
  'ten thousand open lists': Buffer.from('['.repeat(DEPTH)),
  'a megabyte': Buffer.from(`{"email":"${'x'.repeat(2 ** 20)}"}`),
  'a prototype': Buffer.from('{"__proto__":{"email":"a"},"constructor":null}'),
};

/** Headers and what they hold, in turn with what belongs there. Node.js sends no others. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  'content-type': [
    '',
    'text/plain',
    'application/json; charset=utf-7',
    'application/json;;;',
    'multipart/form-data',
    '__proto__',
    'a'.repeat(5_000),
  ],
  'content-encoding': ['gzip', 'br', 'identity', 'gzip, gzip', 'x'],
  accept: ['', '*', 'text/html', 'application/json;q=0', 'a/b;q=x', ',,,', 'x'.repeat(5_000)],
  'accept-language': ['', '*', '__proto__', 'de;q=2', 'x'.repeat(5_000), 'constructor'],
  authorization: [
    '',
    'Bearer',
    'Bearer  ',
    'Bearer a.b.c',
    'Basic Og==',
    'Bearer ey'.padEnd(6_000, 'J'),
    'Bearer null',
  ],
  cookie: ['', '=', ';;;', '__proto__=1', 'a=b; '.repeat(500), '__Host-refresh=%00'],
  'idempotency-key': ['', ' ', '"', '\u00e9', '__proto__', 'k'.repeat(300), UUID],
  traceparent: ['', '00-0-0-0', `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01`, 'x'.repeat(2_000)],
  'x-request-id': ['', '\u00ff', 'r'.repeat(101), 'r'.repeat(128), 'r'.repeat(5_000), '"}{'],
  'x-forwarded-for': ['', 'unknown', '999.1.1.1', '::1, ,', '1.2.3.4, '.repeat(200)],
  origin: ['null', 'https://evil.example', '__proto__'],
  'if-match': ['*', '"', 'W/""'],
  expect: ['100-continue', 'anything'],
};
const PATHS = ['%00', '%ff', '%', '..%2f..', '__proto__', '%F0%9F%98%80', 'a'.repeat(2_000), UUID, '%ED%A0%80', "';--"];
const STRANGE = { body: 0.3, property: 0.4, header: 0.4, path: 0.8, query: 0.6, signedIn: 0.5 };

/** Draws requests from an OpenAPI document, each with something strange about it. */
export class FuzzCases {
  readonly #random: SeededRandom;
  readonly #document: OpenApi;
  readonly #operations: { method: string; path: string; operation: Operation }[];
  #drawn = 0;

  constructor(document: OpenApi, random: SeededRandom) {
    this.#document = document;
    this.#random = random;
    this.#operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  }

  /** @param token of somebody who has signed in */
  draw(token: string): FuzzCase {
    const { method, path, operation } = this.#random.oneOf(this.#operations);
    const oddities: string[] = [];
    const headers: Record<string, string> = {};
    if (this.#random.next() < STRANGE.signedIn) headers.authorization = `Bearer ${token}`;
    const body = operation.requestBody && this.#body(operation.requestBody, oddities);
    if (body) headers['content-type'] = 'application/json';
    while (this.#random.next() < STRANGE.header) {
      const [name, values] = this.#random.oneOf(Object.entries(HEADERS));
      headers[name] = this.#random.oneOf(values);
      oddities.push(`${name}: ${headers[name]?.slice(0, 40)}`);
    }
    return {
      ...{ method, body, headers, path: this.#path(path, operation, oddities) },
      name: `${method} ${path} (${oddities.join(', ')})`,
      documented: new Set(Object.keys(operation.responses).map(Number)),
    };
  }

  #body({ content }: NonNullable<Operation['requestBody']>, oddities: string[]): Buffer {
    if (this.#random.next() < STRANGE.body) {
      const [name, body] = this.#random.oneOf(Object.entries(BODIES));
      oddities.push(`the body is ${name}`);
      return body;
    }
    const { schema } = Object.values(content)[0] as { schema: Schema };
    const { properties = {} } = this.#resolved(schema);
    const members = Object.keys(properties).map((key) => `${JSON.stringify(key)}:${this.#value(key, oddities)}`);
    if (this.#random.next() < 0.1) members.push('"__proto__":{"x":1}', `"more":${VALUES['deep list']}`);
    return Buffer.from(`{${members.join(',')}}`);
  }

  #value(key: string, oddities: string[]): string {
    if (this.#random.next() < STRANGE.property) {
      const [name, value] = this.#random.oneOf(Object.entries(VALUES));
      oddities.push(`${key} is ${name}`);
      return value;
    }
    if (key.includes('email')) return `"f${++this.#drawn}@${FUZZ_DOMAIN}"`;
    if (key.includes('password')) return '"a long and unusual one"';
    return '"text"';
  }

  #path(path: string, { parameters = [] }: Operation, oddities: string[]): string {
    const strange = (share: number) => (this.#random.next() < share ? this.#random.oneOf(PATHS) : UUID);
    const filled = path.replace(/\{\w+\}/g, () => {
      const value = strange(STRANGE.path);
      oddities.push(`in the path ${value.slice(0, 40)}`);
      return value;
    });
    const query = parameters
      .filter(({ in: place }) => place === 'query' && this.#random.next() < STRANGE.query)
      .map(({ name }) => `${name}=${this.#random.oneOf(PATHS)}`);
    return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
  }

  #resolved(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : (this.#document.components.schemas[name] ?? {});
  }
}
