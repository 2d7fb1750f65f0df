import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { administrator, signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';
import { type Answer, send } from './http-harness.ts';
import { OpenApiContract, type Operation } from './open-api-contract.ts';

let gateway: TestGateway;
let strict: TestGateway;
let contract: OpenApiContract;
beforeAll(async () => {
  gateway = await TestGateway.start();
  // Another one, in which every limit is used up by one request.
  strict = await TestGateway.start({ env: { SIGN_UPS_PER_HOUR: '1', MAILS_PER_HOUR: '1' } });
  contract = await OpenApiContract.of(gateway.url);
});
afterAll(async () => {
  await gateway.close();
  await strict.close();
});

/** A token of somebody new, who has a role. */
async function tokenOf(role: 'user' | 'admin'): Promise<string> {
  return (await (role === 'admin' ? administrator(gateway) : signedIn(gateway))).accessToken;
}

interface Sent {
  token?: string;
  body?: unknown;
  headers?: Record<string, string>;
  to?: TestGateway;
}

const bodyType = ({ document }: Operation): string | undefined => Object.keys(document.requestBody?.content ?? {})[0];
const exampleOf = (operation: Operation) =>
  operation.document.requestBody?.content[bodyType(operation) as string]?.example;
const needsToken = ({ document }: Operation) => document.security.length > 0;
const documents = ({ document }: Operation, status: number) => document.responses[status] !== undefined;

/** Sends to an operation, parameters from their examples, and holds the answer against the description. */
async function call(operation: Operation, { token, body, headers = {}, to = gateway }: Sent): Promise<Answer> {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name) => {
    const parameter = operation.document.parameters.find((entry: { name: string }) => entry.name === name);
    return encodeURIComponent(parameter.example ?? '018f0000-0000-7000-8000-000000000000');
  });
  const answer = await send(to.url + path, operation.method, body, {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...headers,
  });
  expect(contract.faults(operation, answer), `${operation.id} ${answer.status} ${answer.text}`).toEqual([]);
  return answer;
}

describe('the OpenAPI description', () => {
  it('is of version 3.1, names every operation once, and describes each', () => {
    expect(contract.document.openapi).toMatch(/^3\.1\./);
    const ids = contract.operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id, document } of contract.operations) {
      expect([document.summary, document.tags[0], document.security], id).not.toContain(undefined);
    }
  });

  it('has an example for every request body and every JSON answer, and each fits its schema', () => {
    for (const operation of contract.operations) {
      const type = bodyType(operation);
      if (type) {
        expect(exampleOf(operation), `${operation.id} has no example`).toBeDefined();
        expect(contract.requestFaults(operation, type, exampleOf(operation)), operation.id).toEqual([]);
      }
      for (const [status, { content = {} }] of Object.entries<{ content?: object }>(operation.document.responses)) {
        for (const [media, { example, examples }] of Object.entries(content)) {
          const all = examples ? Object.values<{ value: unknown }>(examples).map(({ value }) => value) : [example];
          for (const one of all.filter((entry) => entry !== undefined)) {
            expect(contract.exampleFaults(operation, status, media, one), `${operation.id} ${status}`).toEqual([]);
          }
        }
      }
    }
  });

  it('has patterns that mean the same in every dialect of expressions, and none beside a format', () => {
    const patterns: string[] = [];
    const both: unknown[] = [];
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const { pattern, format } = node as { pattern?: unknown; format?: unknown };
      if (typeof pattern === 'string') patterns.push(pattern);
      if (pattern !== undefined && format !== undefined) both.push(node);
      for (const child of Object.values(node)) walk(child);
    };
    walk(contract.document);
    expect(both).toEqual([]);
    expect(patterns.length).toBeGreaterThan(2);
    // Classes are written out: `\\d` is any digit in one dialect, `\\p` needs a flag in another, look-around is missing in a third.
    for (const pattern of patterns) expect(pattern).not.toMatch(/\\[a-zA-Z]|\(\?/);
  });

  it('names every body, so that generated clients have classes with names', () => {
    const unnamed: string[] = [];
    for (const { id, document } of contract.operations) {
      const bodies = [document.requestBody, ...Object.values<{ content?: object }>(document.responses)];
      for (const [type, { schema }] of bodies.flatMap((body) =>
        Object.entries<{ schema?: object }>(body?.content ?? {}),
      )) {
        if (/json/.test(type) && schema && !('$ref' in schema)) unnamed.push(id);
      }
    }
    expect(unnamed).toEqual([]);
    const names = Object.keys(contract.document.components.schemas);
    const expected = ['Problem', 'FieldFault', 'User', 'Session', 'TokenPair', 'SignedIn', 'SecondFactorRequired'];
    expect(names).toEqual(expect.arrayContaining(expected));
    for (const name of names) expect(name).toMatch(/^[A-Z][A-Za-z0-9]+$/);
  });

  it('names the field by which the two outcomes of a sign-in are distinguished', () => {
    expect(contract.document.components.schemas.SignInResult).toEqual({
      oneOf: [{ $ref: '#/components/schemas/SignedIn' }, { $ref: '#/components/schemas/SecondFactorRequired' }],
      discriminator: {
        propertyName: 'status',
        mapping: {
          signed_in: '#/components/schemas/SignedIn',
          second_factor_required: '#/components/schemas/SecondFactorRequired',
        },
      },
    });
  });

  it('has no objects within objects without a name, no closed objects and no union with null', () => {
    const found: string[] = [];
    const walk = (node: Record<string, unknown>, place: string, inline: boolean): void => {
      if (typeof node !== 'object' || node === null) return;
      if (node.additionalProperties === false) found.push(`${place} is closed`);
      if (Array.isArray(node.anyOf) && node.anyOf.some(({ type, $ref }) => type === 'null' && !$ref))
        found.push(`${place} may be null`);
      if (inline && node.type === 'object' && node.properties) found.push(`${place} has no name`);
      for (const [name, child] of Object.entries(node)) walk(child as typeof node, `${place}/${name}`, true);
    };
    for (const [name, model] of Object.entries<Record<string, unknown>>(contract.document.components.schemas)) {
      walk(model, name, false);
    }
    expect(found).toEqual([]);
  });

  it('has links that lead to parameters and operations that there are', () => {
    const answers = contract.operations.flatMap(({ document }) =>
      Object.values<{ links?: object }>(document.responses),
    );
    const links = answers.flatMap((answer) => Object.values(answer.links ?? {}));
    expect(links.length).toBeGreaterThan(10);
    for (const { operationId, parameters = {} } of links) {
      const known = contract.operation(operationId).document.parameters.map((entry: { name: string }) => entry.name);
      expect(known, operationId).toEqual(expect.arrayContaining(Object.keys(parameters)));
    }
  });

  it('closes no list of roles: those that there are, a product’s own too, are in the database', () => {
    const { items } = contract.document.components.schemas.SetUserRolesRequest.properties.roles;
    expect(items).toEqual({ type: 'string' });
  });

  it('has a page for every kind of problem that it names', async () => {
    const types = new Set<string>();
    const walk = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      const { type } = node as { type?: unknown };
      if (typeof type === 'string' && type.includes('/problems/')) types.add(new URL(type).pathname);
      for (const child of Object.values(node)) walk(child);
    };
    walk(contract.document.paths);
    expect(types.size).toBeGreaterThan(10);
    for (const path of types) expect([path, (await send(gateway.url + path, 'GET')).status]).toEqual([path, 200]);
    expect((await send(`${gateway.url}/problems/no-such-thing`, 'GET')).status).toBe(404);
  });

  it('has examples that are answered as described when they are pasted', async () => {
    for (const operation of contract.operations) {
      const token = needsToken(operation) ? await tokenOf('admin') : undefined;
      const answer = await call(operation, { body: exampleOf(operation), ...(token ? { token } : {}) });
      const errors = gateway.logger.lines.filter(({ level }) => level === 'error');
      expect(errors, operation.id).toEqual([]);
      expect(answer.status, operation.id).toBeLessThan(500);
      // What only a mail or another answer carries cannot stand in an example, but all else must be in order.
      const type = (answer.json as { type?: string } | undefined)?.type?.split('/').at(-1);
      const disorder = [
        'validation-failed',
        'malformed-json',
        'unsupported-media-type',
        'unauthenticated',
        'forbidden',
      ];
      expect(disorder, `${operation.id}: ${answer.text}`).not.toContain(type);
    }
  });

  it('describes what every operation answers to a request that is not in order', async () => {
    const user = await tokenOf('user');
    for (const operation of contract.operations) {
      const token = needsToken(operation) ? { token: user } : {};
      const type = bodyType(operation);
      if (needsToken(operation)) {
        expect((await call(operation, { body: exampleOf(operation) })).status, operation.id).toBe(401);
        const forged = await call(operation, { token: 'a.b.c', body: exampleOf(operation) });
        expect(forged.status, operation.id).toBe(401);
      }
      if (documents(operation, 403) && /Needs the permission/.test(operation.document.description ?? '')) {
        expect((await call(operation, { ...token, body: exampleOf(operation) })).status, operation.id).toBe(403);
        continue;
      }
      const unacceptable = await call(operation, { ...token, headers: { accept: 'text/csv' } });
      expect(unacceptable.status, operation.id).toBe(406);
      if (!type || /recently/.test(operation.document.description ?? '')) continue;
      const headers = { 'content-type': type };
      expect((await call(operation, { ...token, headers, body: '{' })).status, operation.id).toBe(400);
      expect((await call(operation, { ...token, headers, body: 'x'.repeat(20_000) })).status, operation.id).toBe(413);
      const csv = await call(operation, { ...token, headers: { 'content-type': 'text/csv' }, body: 'a;b' });
      expect(csv.status, operation.id).toBe(415);
      expect((await call(operation, { ...token, body: { no_such_field: 1 } })).status, operation.id).toBe(422);
    }
  });

  it('describes what every operation answers to a request whose headers are too large', async () => {
    for (const operation of contract.operations) {
      expect((await call(operation, { headers: { 'x-long': 'x'.repeat(20_000) } })).status, operation.id).toBe(431);
    }
  });

  it('describes what limited and idempotent operations answer', async () => {
    for (const operation of contract.operations) {
      if (needsToken(operation)) continue;
      const body = exampleOf(operation);
      if (documents(operation, 429) && JSON.stringify(operation.document).includes('RateLimit-Policy')) {
        await call(operation, { body, to: strict });
        const answer = await call(operation, { body, to: strict });
        expect([429, 400, 401], operation.id).toContain(answer.status);
      }
      const idempotent = operation.document.parameters.some(
        (entry: { $ref?: string }) => entry.$ref === '#/components/parameters/IdempotencyKey',
      );
      if (!idempotent) continue;
      const short = await call(operation, { body, headers: { 'idempotency-key': 'with a space' } });
      expect(short.status, operation.id).toBe(400);
      const headers = { 'idempotency-key': `replay-${operation.id}` };
      const first = await call(operation, { body, headers });
      const second = await call(operation, { body, headers });
      expect(second.status, operation.id).toBe(first.status);
      if (first.status >= 300) continue;
      expect(second.headers.get('idempotency-replayed'), operation.id).toBe('true');
      expect(second.json).toEqual(first.json);
    }
  });
});
