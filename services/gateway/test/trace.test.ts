import { runCommands } from '@postern/runtime/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trace } from '../src/commands/trace.ts';
import { Client } from './accounts/client.ts';
import { actingAs, administrator, signedIn, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.close());

async function traced(id: string) {
  const command = trace((work) => work({ database: gateway.database }));
  const { code, out, complaints } = await runCommands([command], 'trace', id, '--json');
  const { moments } = JSON.parse(out) as { moments: { what: string; ids: Record<string, string> }[] };
  return { code, complaints, moments };
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
      what: expect.stringMatching(/^sign-in success/),
      ids: expect.objectContaining({ request: TRACE, user: person.id }),
    }),
  ]);
  expect((await traced('4bf92f35-77b3-4da6-a3ce-929d0e0e4736')).moments).toEqual(byRequest.moments);
  expect((await traced(person.id)).moments).toContainEqual(byRequest.moments[0]);
});

it('is found by the trace of a request that brought an id of its own, and by the longest such id', async () => {
  const person = await signedIn(gateway);
  const requestId = `r${'0123456789'.repeat(9)}-proxied1`;
  const headers = { 'x-request-id': requestId, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };
  const { email, password } = person;
  const answer = await new Client(gateway.url).post('/v1/auth/login', { email, password }, { headers });
  expect(answer.headers.get('x-request-id')).toBe(requestId);
  const { moments } = await traced(requestId);
  expect(moments).toMatchObject([{ ids: { request: requestId, trace: '0af7651916cd43dd8448eb211c80319c' } }]);
  expect((await traced('0af7651916cd43dd8448eb211c80319c')).moments).toEqual(moments);
});

it('has the id that the gateway gave, of a request whose own is longer than the audit log has room for', async () => {
  const { email, password } = await signedIn(gateway);
  const headers = { 'x-request-id': 'r'.repeat(101) };
  const answer = await new Client(gateway.url).post('/v1/auth/login', { email, password }, { headers });
  expect(answer.status).toBe(200);
  expect((await traced(answer.headers.get('x-request-id') ?? '')).moments).toHaveLength(1);
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

it('fails for what nobody knows, and names who shows the rest', async () => {
  expect(await traced('no-such-request')).toMatchObject({
    code: 1,
    moments: [],
    complaints: expect.stringContaining('`worker trace` with the same id'),
  });
});
