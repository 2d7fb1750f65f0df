import { ScheduleOrders } from '@postern/durable';
import { hasChromium, launchChromium } from '@postern/local/testing';
import { newId } from '@postern/runtime';
import { runCommands } from '@postern/runtime/testing';
import { TIME_BOUNDS, WAIT_BOUNDS } from '@postern/sqs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { operatorsCommands } from '../src/commands/operators-commands.ts';
import { type QueueCounts, QueueHistory } from '../src/history/queue-history.ts';
import { RecipientHasher } from '../src/mail/delivery/ledger/recipient.ts';
import { Suppressions } from '../src/mail/delivery/suppression/suppressions.ts';
import { fakeGateway } from './support/fake-gateway.ts';
import { faultsOf } from './support/faults-of.ts';
import { TEST_SECRETS } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';
import { openWorkerParts, type WorkerParts, WorkerProcess } from './support/worker-process.ts';

/** A minute of a queue in which so many were handled. */
function minuteOf(queue: string, done: number): QueueCounts {
  const [times, waits] = [TIME_BOUNDS, WAIT_BOUNDS].map((bounds) => [...bounds.map(() => 9), 0]) as [
    number[],
    number[],
  ];
  return { queue, done, failed: 0, dead: 0, waiting: 7, paused: false, times, waits };
}

/** The widest that a row of requests gets. */
const WIDEST = {
  ...{ id: newId(), requestId: 'lb-7f3e9c41-support', traceId: undefined, userId: newId(), at: new Date() },
  ...{ method: 'DELETE', route: '/v1/organisations/:organisation_id/members/:member_id', status: 500, tookMs: 30_012 },
  failure:
    'internal-error (SqliteError SQLITE_CONSTRAINT_FOREIGNKEY at services/gateway/src/organisations/sql-organisation-members.ts:128 < services/gateway/src/organisations/organisation-members-routes.ts:41)',
};

describe.runIf(hasChromium)('the console, in a browser', () => {
  let parts: WorkerParts;
  let smtp: ScriptedSmtp;
  let worker: WorkerProcess;
  let gateway: Awaited<ReturnType<typeof fakeGateway>>;
  let browser: Browser;
  let url: string;
  let secret: string;

  beforeAll(async () => {
    parts = await openWorkerParts();
    smtp = await ScriptedSmtp.start();
    smtp.script = { rcpt: '451 4.7.1 come back later' };
    const gone = { ...WIDEST, id: newId(), route: 'unmatched', status: 499, failure: undefined };
    gateway = await fakeGateway({ database: parts.test.database, requests: [WIDEST, gone] });
    worker = new WorkerProcess({ ...parts.env, ...gateway.env, SMTP_URL: smtp.url(''), WORKER_CONSOLE_PORT: '0' });
    url = `http://127.0.0.1:${(await worker.ready).http}`;
    const { database } = parts.test;
    const orders = new ScheduleOrders(database);
    await vi.waitUntil(async () => (await orders.list()).length > 0, { timeout: 120_000 });
    // The widest that a row of the schedules gets.
    await orders.pause((await orders.list())[0]?.name ?? '', { by: 'kim', reason: 'until the repairs of tonight' });
    const history = new QueueHistory(database);
    const now = Math.floor(Date.now() / 60_000) * 60;
    // A minute of which nothing is known lies between them.
    for (const ago of [5, 4, 2]) await history.add(now - ago * 60, [minuteOf('events', 120 - ago)]);
    secret = await operator('kim');
    await parts.order({ mail: 'no-such-mail' });
    await parts.order({ mail: 'no-such-mail' });
    await parts.order({ to: 'ann@example.com' });
    const hash = new RecipientHasher(Buffer.from(TEST_SECRETS.RECIPIENT_KEY, 'base64')).hash('lee@example.com');
    const change = { actor: 'kim', reason: 'asked <b>us</b>' };
    await new Suppressions(database, database.clock).add({ hash, address: 'lee@example.com' }, 'manual', change);
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await worker?.kill();
    await smtp?.close();
    gateway?.close();
    await parts?.close();
  });

  /** Adds somebody who may act. Returns their secret. */
  async function operator(name: string): Promise<string> {
    const { out } = await runCommands(
      operatorsCommands((work) => work({ database: parts.test.database })),
      'operators',
      ...['add', name, '--role', 'act', '--json'],
    );
    return (JSON.parse(out) as { secret: string }).secret;
  }

  /** A page of somebody who is signed in; what the browser complains of is kept. */
  async function signedIn(options: Parameters<Browser['newContext']>[0] = {}, name = 'kim') {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url);
    await page.getByLabel('Operator').fill(name);
    await page.getByLabel('Secret').fill(secret);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    return { context, page, complaints };
  }

  it.each([
    ['a desk', { width: 1280, height: 800 }, 'light'],
    ['a phone in the dark', { width: 360, height: 740 }, 'dark'],
  ] as const)(
    'has no fault of accessibility, fits, breaks no word and asks nobody else, on %s',
    async (_name, viewport, colorScheme) => {
      const { context, page, complaints } = await signedIn({ viewport, colorScheme });
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).origin));
      await vi.waitFor(async () => {
        await page.goto(`${url}/dead-letters/mail`);
        expect(await page.locator('tbody input[type=checkbox]').count()).toBe(2);
      }, 120_000);
      const letter = await page.locator('a[href*="/letters/"]').first().getAttribute('href');
      await page.goto(`${url}/mails`);
      const mail = await page.locator('tbody a').first().getAttribute('href');
      await page.goto(`${url}/suppressions`);
      const suppression = await page.locator('tbody a').first().getAttribute('href');
      const pages = ['/', '/dead-letters', '/dead-letters/mail', '/dead-letters/events', letter, '/mails', mail];
      const id = letter?.split('/').at(-1);
      pages.push('/mails?q=nobody@example.com', '/suppressions', suppression, '/outbox', '/audit');
      pages.push('/schedules', '/schedules/prune-mails/pause');
      pages.push(
        '/queues',
        '/queues/events',
        '/queues/events?range=7d',
        '/queues/jobs',
        '/queues/mail/pause',
        '/queues/events/pause?handler=send-welcome',
      );
      pages.push('/operations', `${letter}/edit`, '/dead-letters/mail?text=0199&type=mail.send');
      pages.push(
        '/trace',
        `/trace?id=${mail?.split('/').at(-1)}`,
        '/waits',
        '/requests',
        '/requests?person=ann@example.com',
      );
      pages.push(`/dead-letters/mail/confirm?act=discard&id=${id}`);
      for (const path of pages) {
        await page.goto(`${url}${path}`);
        expect({ path, ...(await faultsOf(page)) }).toEqual({ path, overflow: 0, broken: [], axe: [] });
      }
      expect(new Set(asked)).toEqual(new Set([url]));
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  it('shows what servers and people wrote as text', async () => {
    const { context, page } = await signedIn();
    await page.goto(`${url}/suppressions`);
    await page.getByText('asked <b>us</b>').waitFor();
    await context.close();
  });

  it.each([true, false])(
    'discards all that were checked, by keyboard, after a question; JavaScript on: %s',
    async (javaScriptEnabled) => {
      const { context, page } = await signedIn({ javaScriptEnabled });
      await vi.waitFor(async () => {
        await page.goto(`${url}/dead-letters/mail`);
        expect(await page.locator('tbody input[type=checkbox]').count()).toBeGreaterThan(0);
      }, 120_000);
      const before = await page.locator('tbody input[type=checkbox]').count();
      if (javaScriptEnabled && before > 1) {
        await page.getByLabel('Choose all on this page').focus();
        await page.keyboard.press('Space');
        expect(await page.locator('tbody input:checked').count()).toBe(before);
        await page.getByLabel('Choose all on this page').focus();
        await page.keyboard.press('Space');
      }
      await page.locator('tbody input[type=checkbox]').first().focus();
      await page.keyboard.press('Space');
      await page.getByRole('button', { name: 'Discard chosen…' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Discard?' }).waitFor();
      await page.getByRole('button', { name: 'Discard for good' }).click();
      await vi.waitFor(async () => {
        // Without a script the page does not refresh itself.
        if (!javaScriptEnabled) await page.reload();
        await page.getByText('1 discarded').waitFor({ timeout: 5_000 });
      }, 120_000);
      await page.goto(`${url}/dead-letters/mail`);
      expect(await page.locator('tbody input[type=checkbox]').count()).toBe(before - 1);
      await context.close();
    },
  );

  it.each([true, false])(
    'pauses a queue and has it go on, by keyboard; JavaScript on: %s',
    async (javaScriptEnabled) => {
      const { context, page, complaints } = await signedIn({ javaScriptEnabled });
      await page.goto(`${url}/queues/jobs`);
      await page.getByRole('link', { name: 'Pause…' }).first().press('Enter');
      await page.getByText('SQS deletes what has waited for 4 days').waitFor();
      await page.getByLabel('Reason').fill('repairs <b>today</b>');
      await page.keyboard.press('Enter');
      await page.getByRole('status').waitFor();
      await vi.waitFor(async () => {
        await page.goto(`${url}/queues`);
        expect(await page.getByRole('row', { name: /repairs <b>today<\/b> 1 of 1/ }).count()).toBe(1);
      }, 120_000);
      await page.getByRole('link', { name: 'Resume…' }).press('Enter');
      await page.getByText('kim paused it').waitFor();
      await page.getByRole('button', { name: 'Resume' }).press('Enter');
      await page.getByRole('heading', { name: 'jobs Running' }).waitFor();
      await page.goto(`${url}/audit`);
      await page
        .getByRole('row', { name: /kim queue\.resume jobs/ })
        .first()
        .waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    },
  );

  it('shows charts without JavaScript, with a gap where nothing is known and their figures as a table', async () => {
    const { context, page } = await signedIn({ javaScriptEnabled: false });
    await page.goto(`${url}/queues/events`);
    await page.getByRole('link', { name: '15 minutes' }).click();
    const chart = page.getByRole('img', { name: 'Messages per second' });
    await chart.waitFor();
    const line = await chart.locator('path.main').getAttribute('d');
    expect(line?.match(/M/g)?.length).toBeGreaterThanOrEqual(2);
    await page.getByText('The figures as a table').press('Enter');
    await page
      .getByRole('row', { name: /:\d\d 2 0 7/ })
      .first()
      .waitFor();
    await context.close();
  });

  it('keeps the focus while the queues refresh themselves', async () => {
    const { context, page } = await signedIn();
    await page.goto(`${url}/queues`);
    const before = await page.locator('#live time').last().getAttribute('datetime');
    await page.getByRole('link', { name: 'mail', exact: true }).focus();
    await vi.waitFor(async () => {
      expect(await page.locator('#live time').last().getAttribute('datetime')).not.toBe(before);
    }, 120_000);
    expect(await page.evaluate('document.activeElement.textContent')).toBe('mail');
    await context.close();
  });

  it('refreshes the overview by itself, and sends who was removed to the sign-in', async () => {
    const { context, page, complaints } = await signedIn();
    await page.getByRole('row', { name: /deferred/ }).waitFor();
    await parts.order({ to: 'bob@example.com' });
    await page.getByRole('row', { name: /deferred.*2/ }).waitFor({ timeout: 120_000 });
    expect(complaints).toEqual([]);
    await runCommands(
      operatorsCommands((work) => work({ database: parts.test.database })),
      'operators',
      'remove',
      'kim',
    );
    await page.getByLabel('Secret').waitFor({ timeout: 120_000 });
    await context.close();
  });

  it('corrects a letter, sends it back, and shows how its mail arrived', async () => {
    smtp.script = {};
    secret = await operator('lee');
    const { context, page, complaints } = await signedIn({}, 'lee');
    await parts.order({ mail: 'verificatoin', to: 'eve@example.com' });
    await vi.waitFor(async () => {
      await page.goto(`${url}/dead-letters/mail`);
      await page
        .getByRole('link', { name: /^[0-9a-f-]{36}$/ })
        .first()
        .click({ timeout: 5_000 });
      await page.getByText('verificatoin').waitFor({ timeout: 5_000 });
    }, 120_000);
    await page.getByRole('link', { name: 'Edit…' }).click();
    const data = page.getByLabel('Data, as JSON');
    const shown = await data.inputValue();
    expect(shown).not.toContain('eve@');
    const correct = (mail: unknown) => JSON.stringify({ ...(JSON.parse(shown) as object), mail }, null, 2);
    await data.fill(correct(7));
    await page.getByRole('button', { name: 'Send back' }).click();
    await page.getByRole('alert').getByText('/mail: ').waitFor();
    await page.getByLabel('Data, as JSON').fill(correct('verification'));
    await page.getByRole('button', { name: 'Send back' }).click();
    await page.getByRole('status').getByText('changed data.mail').waitFor();
    await vi.waitFor(() => expect(smtp.accepted.map(({ to }) => to)).toContain('eve@example.com'), 120_000);
    await page.goto(`${url}/mails?q=eve@example.com`);
    const id = await page.locator('tbody code').first().textContent();
    await page.goto(`${url}/trace`);
    await page.getByLabel('Any id').fill(id ?? '');
    await page.keyboard.press('Enter');
    await page.getByText(/verification accepted:/).waitFor();
    expect(complaints.filter((text) => !text.includes('400'))).toEqual([]);
    await context.close();
  });
});
