import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';
import { type Answer, send } from './http-harness.ts';
import { OpenApiContract, type Operation } from './open-api-contract.ts';

/** Bodies for each operation; PROPERTY_RUNS raises it for a long run. */
const RUNS = Number(process.env.PROPERTY_RUNS ?? 60);

const nasty = fc.constantFrom(
  '',
  '\u0000',
  '\u0007\u001b[31m',
  '\ufeff',
  '\ud800',
  '\u202e',
  'a\u0300'.repeat(50),
  '👩‍👩‍👧‍👦',
  'ﷺ'.repeat(100),
  "' OR 1=1 --",
  '{{7*7}}',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'x'.repeat(10_000),
);
const text = fc.oneof(
  nasty,
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
);
const number = fc.constantFrom(0, -0, -1, 1e308, -1e308, 5e-324, 2 ** 53, 2 ** 63, 0.1, 1e21);
const name = fc.oneof(
  text,
  fc.constantFrom('__proto__', 'constructor', 'toString', 'email', 'password', 'token', 'locale'),
);
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(text, number, fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    // Entries, so that `__proto__` becomes a name of the object and not its prototype.
    fc.array(fc.tuple(name, tie('value')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;
const raw = fc.oneof(
  text,
  fc.constantFrom(
    '1e400',
    '[1,]',
    '{"a":1,"a":2}',
    '{"__proto__":{"x":1}}',
    `${'['.repeat(9_000)}`,
    `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`,
  ),
);

let gateway: TestGateway;
let contract: OpenApiContract;
let token: string;
beforeAll(async () => {
  gateway = await TestGateway.start();
  contract = await OpenApiContract.of(gateway.url);
});
afterAll(() => gateway.close());

/** Somebody who may do everything, so that requests get as far as they can; operations may end the session. */
interface Throw {
  path: string;
  body: string | undefined;
  headers: Record<string, string>;
}

/** Requests to one operation: wild bodies, and its own example with wild fields. */
function throwsAt({ path, document }: Operation): fc.Arbitrary<Throw> {
  const content = document.requestBody?.content ?? {};
  const type = Object.keys(content)[0];
  const example = content[type ?? '']?.example as Record<string, unknown> | undefined;
  const bent = example
    ? fc
        .tuple(fc.constantFrom(...Object.keys(example)), json, fc.boolean())
        .map(([field, value, drop]) =>
          JSON.stringify(drop ? { ...example, [field]: undefined } : { ...example, [field]: value }),
        )
    : raw;
  const body = type
    ? fc.oneof(
        json.map((value) => JSON.stringify(value)),
        bent,
        raw,
      )
    : fc.option(raw, { nil: undefined });
  const segment = fc
    .oneof(fc.uuid(), text)
    .map((value) => encodeURIComponent(value.toWellFormed().slice(0, 200)))
    // A client resolves dot segments before it sends (RFC 3986, 5.2.4): that would be another operation.
    .map((value) => (/^\.{0,2}$/.test(value) ? '-' : value));
  const query = fc
    .array(fc.tuple(fc.oneof(fc.constantFrom('q', 'limit', 'after', 'cursor', 'token'), text), text), { maxLength: 3 })
    .map((pairs) => new URLSearchParams(pairs.map(([key, value]) => [key, value.slice(0, 100)])).toString());
  return fc
    .record({
      segments: fc.array(segment, { minLength: 3, maxLength: 3 }),
      query,
      body,
      key: fc.option(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }), { nil: undefined }),
    })
    .map(({ segments, query: search, body: sent, key }) => {
      let index = 0;
      const filled = path.replaceAll(/\{\w+\}/g, () => segments[index++] ?? '-');
      const headers: Record<string, string> = { ...(type && sent !== undefined ? { 'content-type': type } : {}) };
      if (key !== undefined) headers['idempotency-key'] = key;
      return { path: search ? `${filled}?${search}` : filled, body: sent, headers };
    });
}

async function attempt(operation: Operation, { path, body, headers }: Throw): Promise<Answer> {
  const bearer: Record<string, string> =
    operation.document.security.length > 0 ? { authorization: `Bearer ${token}` } : {};
  const payload = operation.method === 'GET' ? undefined : body;
  return send(gateway.url + path, operation.method, payload, { ...headers, ...bearer });
}

describe('whatever is thrown at an operation', () => {
  it('is answered with a documented status and body, and never with a 5xx', async () => {
    for (const operation of contract.operations) {
      token = (await administrator(gateway)).accessToken;
      await fc.assert(
        fc.asyncProperty(throwsAt(operation), async (thrown) => {
          const answer = await attempt(operation, thrown);
          expect(answer.status, `${operation.id} ${answer.text}`).toBeLessThan(500);
          expect(contract.faults(operation, answer), `${operation.id} ${answer.status} ${answer.text}`).toEqual([]);
        }),
        { numRuns: RUNS },
      );
    }
    const errors = gateway.logger.lines.filter(({ level }) => level === 'error');
    expect(errors).toEqual([]);
    expect(({} as Record<string, unknown>).x, 'nobody has changed the prototype').toBeUndefined();
  });
});
