import { runCommands } from '@postern/runtime/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trace } from '../src/commands/trace.ts';
import { Client } from './accounts/client.ts';
import { actingAs, administrator, registered, signedIn, signUp, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({ env: { REQUEST_RECORD_DAYS: '7' } });
});
afterAll(() => gateway.close());

async function traced(id: string) {
  await gateway.records.flush();
  const command = trace((work) => work({ database: gateway.database }));
  const { code, out, complaints } = await runCommands([command], 'trace', id, '--json');
  const { moments } = JSON.parse(out) as { moments: { what: string; ids: Record<string, string> }[] };
  // In the order of words: the clock of the database and this process's may be a moment apart.
  return { code, complaints, moments: moments.toSorted((one, other) => (one.what < other.what ? -1 : 1)) };
}

it('is found by the request, in either spelling of its trace, and by the person', async () => {
  const person = await signedIn(gateway);
  const client = new Client(gateway.url);
  await client.post(
    '/v1/auth/login',
    { email: person.email, password: person.password },
    { headers: { 'x-request-id': TRACE } },
  );
  const byRequest = await traced(TRACE);
  expect(byRequest.moments).toEqual([
    expect.objectContaining({
      what: expect.stringMatching(/^POST \/v1\/auth\/login answered 200 in \d+ ms$/),
      ids: expect.objectContaining({ request: TRACE }),
    }),
    expect.objectContaining({
      what: expect.stringMatching(/^sign-in success/),
      ids: expect.objectContaining({ request: TRACE, user: person.id }),
    }),
  ]);
  expect((await traced('4bf92f35-77b3-4da6-a3ce-929d0e0e4736')).moments).toEqual(byRequest.moments);
  for (const moment of byRequest.moments) expect((await traced(person.id)).moments).toContainEqual(moment);
});

it('is found by the trace of a request that brought an id of its own, and by the longest such id', async () => {
  const person = await signedIn(gateway);
  const requestId = `r${'0123456789'.repeat(9)}-proxied1`;
  const headers = { 'x-request-id': requestId, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  const { email, password } = person;
  const answer = await new Client(gateway.url).post('/v1/auth/login', { email, password }, { headers });
  expect(answer.headers.get('x-request-id')).toBe(requestId);
  const { moments } = await traced(requestId);
  const ids = { request: requestId, trace: '0af7651916cd43dd8448eb211c80319c' };
  expect(moments).toMatchObject([{ ids }, { ids }]);
  expect((await traced('0af7651916cd43dd8448eb211c80319c')).moments).toEqual(moments);
});

it('has the id that the gateway gave, of a request whose own is longer than the audit log has room for', async () => {
  const { email, password } = await signedIn(gateway);
  const headers = { 'x-request-id': 'r'.repeat(101) };
  const answer = await new Client(gateway.url).post('/v1/auth/login', { email, password }, { headers });
  expect(answer.status).toBe(200);
  expect((await traced(answer.headers.get('x-request-id') ?? '')).moments).toHaveLength(2);
});

it('shows which roles somebody had and got, and from whom', async () => {
  const [admin, person] = [await administrator(gateway), await verified(gateway)];
  await actingAs(admin).send('PUT', `/v1/users/${person.id}/roles`, { roles: ['admin', 'user'] });
  const { moments } = await traced(person.id);
  const change = moments.find(({ what }) => what.startsWith('set-roles'));
  expect(change).toMatchObject({
    what: 'set-roles success: before user; after admin, user',
    ids: { user: person.id, by: admin.id },
  });
});

it('is found by an address: what was asked last of whoever has it, or has signed up with it', async () => {
  const [person, pending] = [await signedIn(gateway), await registered(gateway)];
  const { moments } = await traced(person.email.toUpperCase());
  expect(moments.map(({ what }) => what)).toContainEqual(
    expect.stringMatching(/^POST \/v1\/auth\/login answered 200 /),
  );
  expect(moments.map(({ what }) => what)).toContainEqual(expect.stringMatching(/^sign-in success/));
  expect(JSON.stringify(moments)).not.toContain(person.email);
  expect((await traced(pending.email)).moments.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^POST \/v1\/auth\/register answered 201 in \d+ ms$/),
    'register success',
  ]);
  expect(await traced('nobody@example.com')).toMatchObject({
    ...{ code: 1, moments: [] },
    complaints: expect.stringContaining('Nobody has signed up with this address'),
  });
});

it('shows a request that was refused or failed, by the id that its answer had', async () => {
  const refused = await new Client(gateway.url).post('/v1/auth/register', { ...signUp(), email: 'no address' });
  const id = refused.headers.get('x-request-id') ?? '';
  expect((await traced(id)).moments.map(({ what }) => what)).toEqual([
    expect.stringMatching(/^POST \/v1\/auth\/register answered 422 in \d+ ms: validation-failed: \/email$/),
  ]);
});

it('shows what was refused of whoever had signed in, by their id and address, and nothing of it once they are erased', async () => {
  const person = await signedIn(gateway);
  const { accessToken: token } = person;
  const client = new Client(gateway.url);
  const refused = [
    await client.post('/v1/auth/email/change', { new_email: 'no address' }, { token }),
    await client.get('/v1/users', { token }),
  ];
  expect(refused.map(({ status }) => status)).toEqual([422, 403]);
  for (const id of [person.id, person.email]) {
    const moments = (await traced(id)).moments.filter(({ what }) => what.includes('answered 4'));
    expect(moments.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^GET \/v1\/users answered 403 in \d+ ms: forbidden$/),
      expect.stringMatching(/^POST \/v1\/auth\/email\/change answered 422 in \d+ ms: validation-failed: \/new_email$/),
    ]);
    for (const { ids } of moments) expect(ids.user).toBe(person.id);
  }
  expect((await client.send('DELETE', '/v1/auth/user', undefined, { token })).status).toBe(204);
  const left = (await traced(person.id)).moments.map(({ what }) => what);
  expect(left.filter((what) => what.includes('answered 4'))).toEqual([]);
});

it('fails for what nobody knows, and names who shows the rest', async () => {
  expect(await traced('no-such-request')).toMatchObject({
    code: 1,
    moments: [],
    complaints: expect.stringContaining('`worker trace` with the same id'),
  });
});
