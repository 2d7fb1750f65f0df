import { events, publisherOf, runtime, testing } from './endpoint-request.ts';
import { changeOf, sampleFields } from './fields.ts';
import type { Names } from './names.ts';
import type { ResourceRequest } from './resource-routes.ts';
import type { Scaffold } from './scaffold.ts';
import { MAX_PER_HOUR } from './store-scaffolds.ts';

/** Tests of the operations: of their handlers on the fake, and of all of them over HTTP, on a database. */
export function resourceTestScaffolds(names: Names, path: string, request: ResourceRequest): Scaffold[] {
  return [
    { file: `services/gateway/src/${names.file}/${names.file}-routes.test.ts`, text: ofHandlers(names, request) },
    { file: `services/gateway/test/${names.file}.test.ts`, text: overHttp(path, request) },
  ];
}

function ofHandlers({ file, camel }: Names, { fields, table, message }: ResourceRequest): string {
  const publisher = message && publisherOf(message);
  const fake = publisher && `fake${publisher.port}`;
  const does = message ? `keeps what was sent and dispatches the ${message.kind}` : 'keeps what was sent';
  return `${message ? `import { ${message.names.pascal} } from '${events}';\nimport { ${publisher?.fake} } from '${testing}';\n` : ''}import type { Transaction } from '${runtime}';
import { expect, it } from 'vitest';
import { MemoryLiveAccounts } from '../accounts/sessions/memory-live-accounts.ts';
import { ada, adasPrincipal, context, fakeTransaction } from '../accounts/testing/fixtures.ts';
import type { RouteRequest } from '../http/route.ts';
import { ${camel}Routes } from './${file}-routes.ts';
import { Memory${table.pascal}Store } from './memory-${table.file}-store.ts';

const transaction = (work: (tx: Transaction) => unknown) => work(fakeTransaction);

it('${does}, for whoever is signed in', async () => {
  const live = new MemoryLiveAccounts();
  live.people.set(adasPrincipal.sessionId, ada);
  const store = new Memory${table.pascal}Store();
${fake ? `  const ${fake} = new ${publisher?.fake}();\n` : ''}  const routes = ${camel}Routes(live, store${fake ? `, ${fake}` : ''});
  expect(routes.map(({ auth }) => auth)).toEqual(routes.map(() => 'user'));
  const create = routes.find(({ method }) => method === 'post');
  const body = { ${sampleFields(fields)} };
  const request = { body: create?.body?.parse(body), principal: adasPrincipal, context, transaction };
  expect(await create?.handle(request as unknown as RouteRequest)).toMatchObject({ status: 201, body });
  expect(store.rows).toMatchObject([{ user_id: ada.id, ...body }]);
${fake ? `  ${fake}.expectDispatched(${message?.names.pascal});\n` : ''}});
`;
}

function overHttp(path: string, { fields }: ResourceRequest): string {
  return `import { afterAll, beforeAll, expect, it } from 'vitest';
import { actingAs, signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

const sent = { ${sampleFields(fields)} };
const change = { ${changeOf(fields[0])} };

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.close());

const somebody = async () => actingAs(await signedIn(gateway));

it('is made, read, changed and deleted by whoever it is of', async () => {
  const owner = await somebody();
  const { status, body: made } = await owner.post('${path}', sent);
  expect([status, made]).toEqual([201, { id: expect.any(String), ...sent, created_at: expect.any(String) }]);
  const own = \`${path}/\${made.id}\`;
  expect(await owner.get(own)).toMatchObject({ status: 200, body: made });
  expect(await owner.send('PATCH', own, change)).toMatchObject({ status: 200, body: { ...made, ...change } });
  expect((await owner.get(own)).body).toEqual({ ...made, ...change });
  expect((await owner.send('DELETE', own, undefined)).status).toBe(204);
  expect((await owner.get(own)).status).toBe(404);
  expect((await owner.send('DELETE', own, undefined)).status).toBe(404);
});

it('is not there for anybody else', async () => {
  const [owner, other] = [await somebody(), await somebody()];
  const { body: made } = await owner.post('${path}', sent);
  const own = \`${path}/\${made.id}\`;
  expect((await other.get(own)).status).toBe(404);
  expect((await other.send('PATCH', own, change)).status).toBe(404);
  expect((await other.send('DELETE', own, undefined)).status).toBe(404);
  expect((await other.get('${path}')).body).toEqual({ items: [], next_after: null });
  expect((await owner.get(own)).body).toEqual(made);
});

it('is listed newest first, page by page', async () => {
  const owner = await somebody();
  const made = [];
  for (let n = 0; n < 3; n++) made.unshift((await owner.post('${path}', sent)).body);
  const first = await owner.get('${path}?limit=2');
  expect(first.body).toEqual({ items: made.slice(0, 2), next_after: made[1].id });
  const last = await owner.get(\`${path}?limit=2&after=\${first.body.next_after}\`);
  expect(last.body).toEqual({ items: made.slice(2), next_after: null });
});

it('is nothing that is not as described, nor changed to it', async () => {
  const owner = await somebody();
  expect((await owner.post('${path}', { nonsense: true })).status).toBe(422);
  const { body: made } = await owner.post('${path}', sent);
  for (const nonsense of [{}, { nonsense: true }])
    expect((await owner.send('PATCH', \`${path}/\${made.id}\`, nonsense)).status).toBe(422);
  expect((await owner.get(\`${path}/\${made.id}\`)).body).toEqual(made);
});

it('is made as often as the limit lets one person through', async () => {
  const owner = await somebody();
  for (let n = 0; n < ${MAX_PER_HOUR + 5}; n++) await owner.post('${path}', sent);
  expect((await owner.get('${path}')).body.items).toHaveLength(${MAX_PER_HOUR});
});
`;
}
