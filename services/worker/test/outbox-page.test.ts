import { DeadRows, Peer } from '@postern/durable';
import { SecretRing } from '@postern/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { outboxPages } from '../src/console/pages/outbox-pages.ts';
import type { Acts } from '../src/console/web/acts.ts';
import type { ConsoleRequest } from '../src/console/web/console-route.ts';
import { type MailSide, openMailSide } from './support/mail-side.ts';

let side: MailSide;

beforeEach(async () => {
  side = await openMailSide({ SMTP_URL: 'smtp://127.0.0.1:9?tls=off' });
});
afterEach(() => side.close());

/** The page's words, without its marks. */
async function shown(gateway?: Peer): Promise<string> {
  const { database, logger } = side;
  const routes = outboxPages({ rows: new DeadRows(database, { logger }), acts: {} as Acts, gateway });
  const request = { operator: { role: 'act' }, now: database.clock.now() } as ConsoleRequest;
  const answer = await routes.find(({ path }) => path === '/outbox')?.handle(request);
  if (answer?.kind !== 'page') throw new Error('expected a page');
  return String(answer.body)
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

const having = (waiting: object[]) => ({ waits: async () => waiting }) as never as Peer;

it('shows what the gateway has yet to send beside what the worker has, and who tries it again', async () => {
  const oldest = new Date(side.database.clock.now().getTime() - 60_000);
  const row = { part: 'outbox', type: 'user.registered', why: 'to be sent to the queue events', count: 40, oldest };
  const words = await shown(having([row]));
  expect(words).toContain('Of the worker Messages not sent 0');
  expect(words).toContain('user.registered to be sent to the queue events 40 1 min ago');
  expect(words).toContain('gateway outbox tries those again that were given up');
  expect(await shown(having([]))).toContain('The gateway has sent all.');
});

it('does not say that all is sent while it knows nothing of the gateway', async () => {
  expect(await shown()).toContain('Of the gateway It is shown where GATEWAY_OPS_URL and PEER_KEY are set');
  const ring = SecretRing.of(Buffer.alloc(32, 1));
  const away = new Peer({ url: 'http://127.0.0.1:9', ring, now: () => side.database.clock.now() });
  expect(await shown(away)).toContain('The gateway’s part is missing: http://127.0.0.1:9 cannot be asked: ');
});
