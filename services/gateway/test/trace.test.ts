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

it('says which roles somebody had and got, and by whom', async () => {
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
