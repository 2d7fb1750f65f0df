import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AccountApi, findLink } from '../src/demo/account-api.ts';
import { MailCatcherClient } from '../src/mail-catcher/mail-catcher-client.ts';
import { freePorts } from '../src/playground/options.ts';
import { FollowedDocuments } from './followed-documents.ts';
import { ProductCopy } from './product-copy.ts';
import { Run } from './run-start.ts';

const MAIL_MS = 180_000;
const password = 'violet tractor swims 41 miles';
const ann = {
  email: 'ann@example.com',
  first_name: 'Ann',
  last_name: 'Lee',
  password,
  password_confirmation: password,
};

/** Signs somebody up, by the link of the mail. Returns the access token. */
async function signedIn(urls: { gateway: string; inbox: string }): Promise<string> {
  const api = new AccountApi(urls.gateway);
  const { sign_up_secret } = (await api.register(ann)).body;
  const mail = await new MailCatcherClient(urls.inbox).waitFor(`to:${ann.email}`, MAIL_MS);
  await api.verifyEmail(findLink(mail.Text, '/verify-email').searchParams.get('token') ?? '', { sign_up_secret });
  return (await api.login(ann.email, password)).body.access_token;
}

const ALL_FIELDS =
  'key:string pieces:integer weight:number fragile:boolean depot_id:uuid sender:email tracking:url picked_up:time';

/** Everything of the copy that a developer would have made, by the copy's own generators. */
const MADE = [
  ['all', 'parcel.sent'],
  ['event', 'parcel.sent_late'],
  ['mail', 'parcel.sent_back'],
  ['listener', 'parcel.sent_late'],
  // Of this release: one with a person and a link, one with neither.
  ['listener', 'user.registered'],
  ['listener', 'mail.feedback_received'],
  // An event that nobody listens to yet.
  ['event', 'parcel.lost'],
  ['queue', 'parcels'],
  ['job', 'depot.sweep'],
  ['job', 'depot.stamp', { queue: 'parcels', fields: 'class:string' }],
  ['job', 'depot.restock', { from: 'gateway' }],
  ['job', 'depot.repaint', { from: 'gateway', queue: 'parcels', fields: 'depot_id:uuid colour:string' }],
  ['schedule', 'report.nightly'],
  ['schedule', 'report.weekly', { cron: '0 4 * * 1' }],
  ['schedule', 'report.count', { queue: 'parcels' }],
  ['job', ['depot.paint', 'depot.dry'], { fields: 'depot_id:uuid coats:integer(1..9)' }],
  ['queue', 'paint', { jobs: ['depot.paint', 'depot.sweep'] }],
  ['schedule', 'parcels.forget', { service: 'gateway' }],
  ['schedule', 'parcels.count', { service: 'gateway', cron: '0 * * * *', about: 'counts parcels' }],
  ['endpoint', 'parcels.list'],
  ['endpoint', 'parcels.report_lost', { event: 'parcel.lost' }],
  ['all', 'parcel.weighed', { fields: `parcel_id:uuid ${ALL_FIELDS}`, about: "a parcel's weight is known" }],
  ['endpoint', 'parcels', { table: 'parcels', fields: ALL_FIELDS, about: "Keep a parcel's data" }],
  ['endpoint', 'parcels.weigh', { event: 'parcel.weighed', table: 'parcel.weights' }],
  ['endpoint', 'parcels.weigh_again', { event: 'parcel.weighed' }],
  ['endpoint', 'parcels.repaint', { job: 'depot.repaint' }],
  ['endpoint', 'parcels.correct', { method: 'PATCH', fields: ALL_FIELDS }],
  ['endpoint', 'parcels.drop', { method: 'DELETE' }],
  ['endpoint', 'parcels.stickers2', { resource: true, job: 'depot.restock', fields: ALL_FIELDS }],
  ['module', 'depots'],
  ['migration', 'group', { fields: 'order:integer' }],
  ['migration', 'parcel.labels', { service: 'worker' }],
  ['migration', 'parcel.stamps', { fields: `owner_id:uuid ${ALL_FIELDS}`, about: 'what is stuck on | over a parcel' }],
  ['migration', 'stamps.lost', { change: 'parcel.stamps', fields: 'lost_at:time glue:string box_id:uuid' }],
  ['variable', 'PARCELS_MOST', { fallback: '12000', about: 'parcels of a person' }],
  ['variable', 'DEPOT_NAME', { service: 'worker' }],
  ['alert', 'mails.pour', { when: 'sum(rate(emails_total{outcome="accepted"}[10m])) > 50' }],
  ['alert', 'mails.bounce', { when: 'sum(rate(emails_total[1h])) > 10', about: 'Many bounce: more than 10' }],
];

/** What a product may be without, besides two-factor. */
const LEFT_OUT = ['administration', 'email-change', 'mail-feedback', 'privacy', 'recovery', 'unsubscribe'];

const main = 'packages/local/bin/acme-local.mjs';
let copy: ProductCopy;
let documents: FollowedDocuments;
beforeAll(() => {
  copy = new ProductCopy('acme');
  documents = new FollowedDocuments(copy, main);
});
afterAll(() => copy[Symbol.dispose]());

/** As by Ctrl-C: the list is as it was then. */
async function interruptRemoving(name: string, list: string): Promise<void> {
  const before = readFileSync(list, 'utf8');
  const command = spawn(process.execPath, [main, 'acme', 'capability:remove', name], {
    cwd: copy.root,
    stdio: 'ignore',
  });
  await vi.waitFor(() => expect(readFileSync(list, 'utf8')).not.toBe(before), { timeout: 180_000, interval: 50 });
  command.kill('SIGINT');
  expect(await once(command, 'exit')).toEqual([130, null]);
  expect(readFileSync(list, 'utf8')).toBe(before);
}

/** One product, step by step: what follows is checked once, with all of it in it. */
describe('a new product', () => {
  test('has the name of what it was made from nowhere but in the licence', async () => {
    const files = readdirSync(copy.root, { recursive: true, encoding: 'utf8', withFileTypes: true })
      .filter((entry) => entry.isFile() && !/\/(node_modules|\.git)(\/|$)/.test(entry.parentPath))
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(files.length).toBeGreaterThan(1_000);
    const named = (text: string) => /postern/i.test(text);
    expect(files.filter((file) => named(file.slice(copy.root.length)))).toEqual([]);
    expect(files.filter((file) => named(readFileSync(file, 'utf8')))).toEqual([join(copy.root, 'LICENSE')]);
  });

  test('does what the blocks of the documents say', async () => {
    const efforts = await documents.follow('docs/tutorial.md');
    await documents.follow('docs/extending.md');
    await documents.updateSnapshots();
    // With the start of the system and `check`, five: an event, its listener and mail, a job and an endpoint.
    const shortest = efforts.get('The shortest way');
    expect(shortest?.commands).toBe(3);
    expect(shortest?.lines).toBeLessThanOrEqual(20);
    expect(shortest?.lines).toBeGreaterThan(0);
  });

  test('passes types, lint and the tests of the framework with all that its generators write, untouched, and without all that it may be without', async () => {
    const script = `
      import { make } from './packages/local/src/acme/make.ts';
      import { makeFormatted } from './packages/local/src/acme/make-formatted.ts';
      import { Terminal } from './packages/local/src/terminal.ts';
      const silent = new Terminal({ write: () => true }, {});
      for (const [kind, name, options] of ${JSON.stringify(MADE)}) {
        // An alert is nothing to format, and its cases are tried with all others below.
        (kind === 'alert' ? make : makeFormatted)(kind, name, silent, process.cwd(), options);
      }`;
    await copy.passes('node', '--input-type=module', '--eval', script);
    const list = join(copy.root, 'services/gateway/src/capabilities.ts');
    const lines = readFileSync(list, 'utf8').split('\n');
    writeFileSync(list, lines.filter((line) => !LEFT_OUT.some((name) => line.includes(`/${name}.module`))).join('\n'));
    await interruptRemoving('two-factor', list);
    await copy.passes('node', main, 'acme', 'capability:remove', 'two-factor');
    const made = await copy.passes('node', main, 'acme', 'client:generate');
    expect(made).toMatch(/docs\/api\.md:\d+ names `two-factor remove`, which is gone/);
    const operations = readFileSync(join(copy.root, 'packages/client/src/generated/operations.ts'), 'utf8');
    expect(operations).toContain("'POST /v1/gift/send'");
    expect(operations).not.toContain('two-factor');
    // Side by side: one after the other they would be what a whole run waits for. What the documents say to test is tested with the rest.
    await Promise.all([
      copy.passes(
        ...['vitest', 'run', '--project', 'unit', ...documents.tests('unit')],
        ...['packages/events/src', 'packages/local/src/architecture.test.ts'],
        ...[
          'packages/local/src/exports.test.ts',
          'packages/local/src/documents.test.ts',
          'packages/local/src/k6.test.ts',
        ],
        ...['services/worker/src/listeners', 'services/worker/src/jobs', 'services/worker/src/mail/content'],
        ...['services/gateway/src/parcels', 'services/gateway/src/depots', 'services/gateway/src/accounts/tokens'],
        ...[
          'services/gateway/src/accounts/passwords',
          'services/gateway/src/orders-place',
          'services/gateway/src/reviews',
        ],
      ),
      copy.passes(
        ...['vitest', 'run', '--project', 'parts', ...documents.tests('parts')],
        ...['services/gateway/test/table-bounds.test.ts'],
        ...['services/worker/test/table-bounds.test.ts', 'services/worker/test/schedules.test.ts'],
        ...['services/prometheus/test', 'services/kubernetes/test', 'services/gateway/test/personal-tables.test.ts'],
        ...[
          'services/gateway/test/statements.test.ts',
          'services/gateway/test/parcels',
          'services/gateway/test/orders-place',
          'services/gateway/test/reviews-age',
        ],
        ...['services/gateway/test/http-openapi.test.ts', 'services/gateway/test/client-types.test.ts'],
      ),
      ...['.', 'k6', 'packages/client/examples'].map((part) =>
        copy.passes('tsc', '--singleThreaded', '-p', join(part, 'tsconfig.json')),
      ),
      copy.passes('biome', 'check', '--error-on-warnings', '--vcs-enabled=false', 'packages', 'services', 'k6'),
    ]);
  }, 900_000);

  test('starts, with what was written, and sends the mail of the tutorial', async () => {
    const env = { ...freePorts, ACME_HOME: join(copy.root, '.acme') };
    await using run = new Run('start', [], env, [], join(copy.root, main));
    const { gateway = '', inbox = '' } = (await run.ready).urls;
    const openApi = (await (await fetch(`${gateway}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(openApi.paths)).toContain('/v1/orders/place');

    const authorization = `Bearer ${await signedIn({ gateway, inbox })}`;
    const answer = await fetch(`${gateway}/v1/gift/send`, { method: 'POST', headers: { authorization } });
    expect(answer.status).toBe(200);
    await new MailCatcherClient(inbox).waitFor(`to:${ann.email} subject:gift`, MAIL_MS);
  });
});
