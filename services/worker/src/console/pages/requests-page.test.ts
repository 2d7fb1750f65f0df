import { type AnsweredRequest, Peer, type RequestsQuery } from '@postern/durable';
import { newId, SecretRing } from '@postern/runtime';
import { expect, it } from 'vitest';
import type { ConsoleRequest } from '../web/console-route.ts';
import { requestsPage } from './requests-page.ts';

const now = new Date('2026-11-29T10:00:00Z');
const failed: AnsweredRequest = {
  ...{ id: newId(), requestId: 'lb-7f3e9c41', traceId: undefined, userId: undefined },
  ...{ at: new Date(now.getTime() - 120_000), tookMs: 12, method: 'POST', route: '/v1/orders', status: 500 },
  failure: 'internal-error (TypeError at services/gateway/src/orders/orders-routes.ts:41)',
};

/** A gateway that answers with these, and what it was asked. */
function having(found: readonly AnsweredRequest[]) {
  const questions: RequestsQuery[] = [];
  const requests = async (query: RequestsQuery) => {
    questions.push(query);
    return found.slice(0, query.limit);
  };
  return { gateway: { requests } as never as Peer, questions };
}

async function shown(gateway: Peer | undefined, query = ''): Promise<string> {
  const request = { query: new URLSearchParams(query), now } as ConsoleRequest;
  const answer = await requestsPage({ gateway })[0]?.handle(request);
  if (answer?.kind !== 'page') throw new Error('expected a page');
  return String(answer.body);
}
const words = (body: string) =>
  body
    .replaceAll('<wbr>', '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

it('has of each what was asked, how it was answered, why and when, and the way to its trace', async () => {
  const body = await shown(having([failed]).gateway);
  expect(body).toContain('href="/trace?id=lb-7f3e9c41"');
  expect(words(body)).toContain(`POST /v1/orders ${failed.failure} 500 12 ms 2 min ago`);
});

it('names whose a request was, the way to all of theirs', async () => {
  const userId = newId();
  const body = await shown(having([{ ...failed, userId }]).gateway);
  expect(body).toContain(`href="/requests?person=${userId}"`);
});

it('says of one that was done that it was, and nothing beside it', async () => {
  const done = { ...failed, status: 201, failure: undefined };
  expect(words(await shown(having([done]).gateway, 'outcome=done'))).toContain('POST /v1/orders 201 12 ms');
});

it('says of a path that there is not, and of a client that had gone, what they are', async () => {
  const gone = { ...failed, route: 'unmatched', status: 499, failure: undefined };
  expect(words(await shown(having([gone]).gateway))).toContain('POST a path that there is not its client had gone 499');
});

it.each([
  ['', { failed: true, refused: true, done: false }],
  ['outcome=done', { failed: false, refused: false, done: true }],
  ['outcome=failed&route=/v1/orders', { failed: true, refused: false, route: '/v1/orders' }],
  ['outcome=refused&person=ann@example.com', { failed: false, refused: true, person: 'ann@example.com' }],
  [
    'since=2026-11-01T10:00&before=2026-11-02',
    { since: new Date('2026-11-01T10:00:00Z'), before: new Date('2026-11-02T00:00:00Z') },
  ],
])('asks the gateway for what the form says: %j', async (query, asked) => {
  const { gateway, questions } = having([]);
  expect(words(await shown(gateway, query))).toContain('No request was answered so');
  expect(questions).toMatchObject([asked]);
});

it('has 50 on a page, and the way to those before them', async () => {
  const many = Array.from({ length: 51 }, () => ({ ...failed, id: newId() }));
  const { gateway, questions } = having(many);
  const body = await shown(gateway, 'outcome=failed&route=/v1/orders');
  const [, next = ''] = /href="\/requests\?([^"]*)" rel="next"/.exec(body) ?? [];
  await shown(gateway, next.replaceAll('&amp;', '&'));
  expect(questions[1]).toEqual({ ...questions[0], below: many[49]?.id });
  expect(body.match(/href="\/trace/g)).toHaveLength(50);
  expect(await shown(having(many.slice(1)).gateway)).not.toContain('rel="next"');
});

it('refuses a person who is neither an id nor an address', async () => {
  await expect(shown(having([]).gateway, 'person=ann')).rejects.toThrow('expected an id or an address');
});

it('does not say that none failed while it knows nothing of the gateway', async () => {
  expect(words(await shown(undefined))).toContain('They are shown where GATEWAY_OPS_URL and PEER_KEY are set');
  const ring = SecretRing.of(Buffer.alloc(32, 1));
  const away = await shown(new Peer({ url: 'http://127.0.0.1:9', ring, now: () => now }));
  expect(words(away)).toContain('The gateway does not say: http://127.0.0.1:9 cannot be asked: ');
  expect(away).not.toContain('No request was answered so');
});
