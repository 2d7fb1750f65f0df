import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasChromium, launchChromium } from '../src/testing/chromium.ts';
import { Run, runStart, temporaryHome } from './run-start.ts';

const PASSWORD = 'violet tractor swims 41 miles';
const ADDRESS = 'gone@mail.test';
/** As a load balancer gives it. */
const REQUEST = 'lb-7f3e9c41-support';
const WAIT = { timeout: 120_000, interval: 1_000 };
/** A folder that keeps a picture of each step, for whoever looks. */
const PICTURES = process.env.TRACE_PICTURES;

/** Takes every mail, and names it by an id of its own. */
async function startSes(): Promise<{ url: string; ids: string[] } & AsyncDisposable> {
  const ids: string[] = [];
  const server = createServer(async (request, response) => {
    await text(request);
    const answer = request.method === 'GET' ? { SendingEnabled: true } : { MessageId: `0102019a-ses-${ids.length}` };
    if (answer.MessageId !== undefined) ids.push(answer.MessageId);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `ses://eu-central-1?endpoint=${encodeURIComponent(endpoint)}`,
    ids,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** What SES says of a mailbox that is not there, by way of SNS and its queue. */
async function bounce(sqs: string, messageId: string, emailAddress: string): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new SQSClient({ endpoint: sqs, useQueueUrlAsEndpoint: false, region: 'us-east-1', credentials });
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: 'postern-provider-events' }));
  const bouncedRecipients = [{ emailAddress, status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' }];
  const notification = {
    notificationType: 'Bounce',
    mail: { messageId, headers: [{ name: 'Message-ID', value: `<${messageId}@eu-central-1.amazonses.com>` }] },
    bounce: { bounceType: 'Permanent', bounceSubType: 'General', feedbackId: 'feedback-1', bouncedRecipients },
  };
  const wrapped = { Type: 'Notification', MessageId: 'sns-1', Message: JSON.stringify(notification) };
  await client.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(wrapped) }));
  client.destroy();
}

let ses: Awaited<ReturnType<typeof startSes>>;
let home: ReturnType<typeof temporaryHome>;
let run: Run;
let urls: Record<string, string>;
/** What SES called the mail of the sign-up that bounced. */
let providerId: string;

beforeAll(async () => {
  ses = await startSes();
  home = temporaryHome();
  run = runStart(home.path, [], { SMTP_URL: ses.url, WORKER_QUEUES: 'events,mail,jobs,provider-events' });
  urls = (await run.ready).urls;
  expect((await signUp({ 'x-request-id': REQUEST })).status).toBe(201);
  expect((await signUp({}, 'no address')).status).toBe(422);
  await vi.waitFor(() => expect(ses.ids).toHaveLength(1), WAIT);
  [providerId = ''] = ses.ids;
  await bounce(urls.sqs ?? '', providerId, ADDRESS);
  await vi.waitFor(async () => {
    expect((await trace(REQUEST)).at(-1)?.line).toMatch(/^mail: verification bounced: /);
  }, WAIT);
});
afterAll(async () => {
  await run?.[Symbol.asyncDispose]();
  home?.[Symbol.dispose]();
  await ses?.[Symbol.asyncDispose]();
});

function signUp(headers: Record<string, string>, email = ADDRESS): Promise<Response> {
  return fetch(`${urls.gateway}/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({
      ...{ email, password: PASSWORD, password_confirmation: PASSWORD },
      ...{ first_name: 'Annabel', last_name: 'Traced' },
    }),
  });
}

async function postern(...words: string[]): Promise<string> {
  await using command = new Run('postern', words, { POSTERN_HOME: home.path });
  await command.exited;
  return command.stdout;
}

async function trace(id: string) {
  const { moments } = JSON.parse(await postern('worker', 'trace', id, '--json')) as {
    moments: { part: string; what: string }[];
  };
  return moments.map((moment) => ({ ...moment, line: `${moment.part}: ${moment.what}` }));
}

/** What there is of the sign-up, in the order in which it is told. */
const WAY = [
  /^request: POST \/v1\/auth\/register answered 201 in \d+ ms$/,
  /^request: register success$/,
  /^mail: verification accepted: .*SES 0102019a-ses-0/,
  /^suppression: its recipient gets no mail any more \(bounced\), by provider: Permanent General: 5\.1\.1 /,
  /^mail: verification bounced: Permanent General: 5\.1\.1 /,
];
/** Whose clock is another one, or whose note may come after the mail has gone. */
const BESIDE = [/^published: user\.registered was written to the outbox$/, /^handled: by send-verification$/];

describe('a sign-up whose mail bounced', () => {
  it('is one time line by the id of its request, by the one that SES gave its mail, and by the address', async () => {
    const whole = await trace(REQUEST);
    const placeOf = (pattern: RegExp) => whole.findIndex(({ line }) => pattern.test(line));
    const way = WAY.map(placeOf);
    expect(way).toEqual(way.toSorted((one, other) => one - other));
    expect([...way, ...BESIDE.map(placeOf)]).not.toContain(-1);
    expect(await trace(providerId)).toEqual(whole);
    expect(await trace(ADDRESS)).toEqual(whole);
    expect(JSON.stringify(whole)).not.toContain('gone@');
  });

  it('that was refused is found by the id that its answer had, with the field that was wrong', async () => {
    const refused = await signUp({}, 'no address');
    expect(refused.status).toBe(422);
    const id = refused.headers.get('x-request-id') ?? '';
    const line = 'request: POST /v1/auth/register answered 422 in';
    await expect.poll(async () => (await trace(id)).map((each) => each.line).join(), WAIT).toContain(line);
    expect((await trace(id)).map((each) => each.line).join()).toMatch(/: validation-failed: \/email$/);
  });
});

describe.runIf(hasChromium)('the same sign-up, in the console', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  it.each([
    ['a desk', { width: 1280, height: 900 }],
    ['a phone', { width: 390, height: 844 }],
  ])('is followed by clicks from its request to the bounce, on %s', async (device, viewport) => {
    const name = `op${viewport.width}`;
    const secret = (
      JSON.parse(await postern('operators', 'add', name, '--role', 'read', '--json')) as { secret: string }
    ).secret;
    const context = await browser.newContext({ viewport });
    const page = await context.newPage();
    await page.goto(urls.console ?? '');
    await page.getByLabel('Operator').fill(name);
    await page.getByLabel('Secret').fill(secret);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Overview' }).waitFor();

    const seen = async (step: string) => {
      await page.getByText(/verification bounced: /).waitFor();
      const lines = await page.locator('.timeline .said').allTextContents();
      for (const pattern of [...WAY, ...BESIDE]) {
        const words = new RegExp(pattern.source.replace(/^\^\w+: /, '^'));
        expect(lines, step).toContainEqual(expect.stringMatching(words));
      }
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth'), step).toBeLessThanOrEqual(0);
      await picture(page, `${step}-${device.replace('a ', '')}`);
    };
    await page.getByRole('link', { name: 'Trace', exact: true }).first().click();
    await page.getByLabel('Any id, or an address').fill(REQUEST);
    await page.getByRole('button', { name: 'Trace' }).click();
    await seen('by-request');
    await page
      .getByRole('listitem')
      .filter({ hasText: 'verification bounced' })
      .getByRole('link', { name: 'open' })
      .click();
    await page.getByRole('heading', { name: 'Timeline' }).waitFor();
    await picture(page, `mail-${device.replace('a ', '')}`);
    await page.goBack();
    await page.getByRole('link', { name: providerId }).first().click();
    await seen('by-provider');
    await page
      .getByRole('listitem')
      .filter({ hasText: 'register success' })
      .getByRole('link', { name: REQUEST })
      .click();
    await seen('by-request-again');
    await page.getByLabel('Any id, or an address').fill(ADDRESS);
    await page.getByRole('button', { name: 'Trace' }).click();
    await seen('by-address');
    await page.getByLabel('Any id, or an address').fill('no-such-request');
    await page.getByRole('button', { name: 'Trace' }).click();
    await page.getByText('Search the logs of both services for').waitFor();
    await picture(page, `nothing-${device.replace('a ', '')}`);
    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    await page.getByLabel('Outcome').selectOption('refused');
    await page.getByRole('button', { name: 'Filter' }).click();
    const refused = page.getByRole('row').filter({ hasText: '422' }).filter({ hasText: 'validation-failed: /email' });
    await refused.first().waitFor();
    await picture(page, `requests-${device.replace('a ', '')}`);
    await refused.first().getByRole('link', { name: 'POST /v1/auth/register' }).click();
    await page.getByText(/^POST \/v1\/auth\/register answered 422 in .*: validation-failed: \/email$/).waitFor();
    await context.close();
  });
});

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/${name}.png`, fullPage: true });
}
