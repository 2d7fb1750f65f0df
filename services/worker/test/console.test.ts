import { MemoryLogger } from '@postern/runtime';
import { runCommands, type TestDatabase, testDatabase } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrations } from '../migrations/index.ts';
import { operatorsCommands } from '../src/commands/operators-commands.ts';
import { Console } from '../src/console/console.ts';
import type { ConsoleRoute } from '../src/console/web/console-route.ts';
import { html, path } from '../src/mail/content/html.ts';
import { ConsoleClient } from './support/console-client.ts';

let test: TestDatabase;
let closing: (() => Promise<void>)[];
let rung: number;

/** One page, and one thing to do. */
const routes: ConsoleRoute[] = [
  {
    method: 'GET',
    path: '/',
    handle: async () => ({ kind: 'page', title: 'Home', section: '/', body: html`<h1>Home</h1>` }),
  },
  {
    method: 'POST',
    path: '/bells/:name/ring',
    handle: async () => {
      rung++;
      return { kind: 'redirect', to: path`/` };
    },
  },
];

beforeEach(async () => {
  test = await testDatabase('console', migrations);
  closing = [];
  rung = 0;
});
afterEach(async () => {
  for (const close of closing) await close();
  await test.close();
});

const operators = (...args: string[]) =>
  runCommands(
    operatorsCommands((work) => work({ database: test.database })),
    'operators',
    ...args,
  );

async function add(name: string, role: string): Promise<string> {
  return (JSON.parse((await operators('add', name, '--role', role, '--json')).out) as { secret: string }).secret;
}

async function open(publicUrl?: string): Promise<ConsoleClient> {
  const console = new Console(test.database, new MemoryLogger(), () => routes);
  const listening = await console.listen({ host: '127.0.0.1', port: 0, publicUrl }, {} as never);
  closing.push(() => listening.close());
  return new ConsoleClient(listening.port);
}

describe('signing in to the console', () => {
  it('lets in who has a secret from the command line, and shows no page to others', async () => {
    const client = await open();
    expect((await client.get('/')).text).toContain('Sign in');
    const page = await client.signIn('kim', await add('kim', 'read'));
    expect(page).toMatchObject({ status: 200, text: expect.stringContaining('<h1>Home</h1>') });
    expect(client.cookie).toMatch(/^postern_console=[\w-]{43}$/);
  });

  it('keeps no secret and no cookie in the database', async () => {
    const client = await open();
    const secret = await add('kim', 'act');
    await client.signIn('kim', secret);
    const tables = ['operators', 'operator_sessions', 'operator_audit'];
    const rows = await Promise.all(tables.map((table) => test.database.sql(table)));
    const stored = JSON.stringify(rows, (_name, value) =>
      value?.type === 'Buffer' ? Buffer.from(value).toString('latin1') : value,
    );
    expect(stored).toContain('kim');
    expect(stored).not.toContain(secret);
    expect(stored).not.toContain(client.cookie.split('=')[1]);
  });

  it('refuses a wrong secret as often as it comes, and never the right one: whoever tries keeps nobody out', async () => {
    const secret = await add('kim', 'act');
    const client = await open();
    for (let time = 1; time <= 15; time++) expect(await client.signIn('kim', 'guess')).toMatchObject({ status: 403 });
    expect(await client.signIn('kim', secret)).toMatchObject({ status: 200 });
    const results = await test.database
      .sql('operator_audit')
      .where({ action: 'sign-in' })
      .orderBy('id')
      .pluck('result');
    expect(results).toEqual([...Array(10).fill('refused'), 'done']);
  });

  it('counts names that nobody has as one, so that they fill no table', async () => {
    const client = await open();
    for (let time = 1; time <= 12; time++) await client.signIn(`nobody-${time}`, 'guess');
    expect(await test.database.sql('operator_tries')).toHaveLength(1);
    expect(await test.database.sql('operator_audit')).toHaveLength(10);
  });

  it('keeps no secret that was typed in place of a name', async () => {
    const client = await open();
    const secret = await add('kim', 'act');
    await client.signIn(secret, 'kim');
    const audit = await test.database.sql('operator_audit').where({ action: 'sign-in' }).select('operator');
    expect(audit).toEqual([{ operator: '(unknown)' }]);
  });

  it('ends with the operator, with signing out, and by itself', async () => {
    const secret = await add('kim', 'act');
    const one = await open();
    await one.signIn('kim', secret);
    await test.database.sql('operator_sessions').update({ expires_at: test.database.clock.now() });
    expect((await one.get('/')).text).toContain('Sign in');
    await one.signIn('kim', secret);
    const { cookie } = one;
    await one.post('/sign-out', {});
    one.cookie = cookie;
    expect((await one.get('/')).text).toContain('Sign in');
    await one.signIn('kim', secret);
    expect(await operators('remove', 'kim')).toMatchObject({ code: 0 });
    expect((await one.get('/')).text).toContain('Sign in');
    expect(await one.signIn('kim', secret)).toMatchObject({ status: 403 });
  });

  it('has a cookie that only the console’s own pages send, bound to its host over TLS', async () => {
    const client = await open('https://console.example.com');
    const form = new URLSearchParams({ name: 'kim', secret: await add('kim', 'read') });
    const headers = { host: 'console.example.com', origin: 'https://console.example.com' };
    const { headers: answer } = await client.send('POST', '/sign-in', { headers, form });
    expect(answer['set-cookie']?.[0]).toMatch(
      /^__Host-postern_console=[\w-]{43}; Path=\/; Max-Age=28800; HttpOnly; SameSite=Strict; Secure$/,
    );
  });
});

describe('what somebody may do in the console', () => {
  it('is decided by the server: who may only read is refused, which is in the audit', async () => {
    const reader = await open();
    await reader.signIn('lee', await add('lee', 'read'));
    expect(await reader.post('/bells/big/ring', {})).toMatchObject({ status: 403 });
    expect(rung).toBe(0);
    expect((await reader.get('/audit')).text).toMatch(/\/bells\/big\/ring[\s\S]*refused/);
    const actor = await open();
    await actor.signIn('kim', await add('kim', 'act'));
    expect(await actor.post('/bells/big/ring', {})).toMatchObject({ status: 200 });
    expect(rung).toBe(1);
  });

  it.each([
    ['from another site', { origin: 'https://evil.example' }],
    ['from another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['from a page without an origin', { origin: 'null' }],
    ['that the browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
    ['under a name that is not ours', { host: 'rebound.example', origin: 'http://rebound.example' }],
  ])('is refused when the form was sent %s', async (_case, headers) => {
    const client = await open();
    await client.signIn('kim', await add('kim', 'act'));
    expect(await client.post('/bells/big/ring', {}, headers)).toMatchObject({ status: 403 });
    expect(rung).toBe(0);
  });

  it('is refused without the token of the session’s own pages', async () => {
    const [kim, lee] = [await open(), await open()];
    await kim.signIn('kim', await add('kim', 'act'));
    await lee.signIn('lee', await add('lee', 'act'));
    for (const form_token of ['', lee.formToken]) {
      expect(await kim.post('/bells/big/ring', { form_token })).toMatchObject({ status: 403 });
    }
    expect(rung).toBe(0);
  });

  it('is decided when the whole form has come: whoever is removed meanwhile does nothing', async () => {
    const client = await open();
    await client.signIn('kim', await add('kim', 'act'));
    const form = new URLSearchParams({ form_token: client.formToken });
    const held = Promise.withResolvers<void>();
    const answer = client.send('POST', '/bells/big/ring', { form, held: held.promise });
    // Whatever was asked with the headers of that has been asked by the time when these are answered.
    for (let time = 1; time <= 3; time++) expect(await client.get('/')).toMatchObject({ status: 200 });
    await operators('remove', 'kim');
    held.resolve();
    expect(await answer).toMatchObject({ status: 403 });
    expect(rung).toBe(0);
  });

  it('is refused when the form is too long, or no form', async () => {
    const client = await open();
    await client.signIn('kim', await add('kim', 'act'));
    expect(await client.post('/bells/big/ring', { more: 'x'.repeat(70_000) })).toMatchObject({ status: 413 });
    expect(await client.post('/bells/big/ring', {}, { 'content-type': 'text/plain' })).toMatchObject({ status: 400 });
    expect(rung).toBe(0);
  });
});

describe('a page of the console', () => {
  it('is under a policy without anything inline, and is neither framed nor cached', async () => {
    const { headers, text } = await (await open()).get('/');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store' });
    expect(text).not.toMatch(/<script(?! src)|<style| style=| on[a-z]+=/i);
  });

  it('loads its files from itself, for good', async () => {
    const client = await open();
    const { text } = await client.get('/');
    const files = [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? '');
    expect(files).toHaveLength(4);
    for (const file of files) {
      const { status, headers } = await client.get(file);
      expect({ file, status, cached: headers['cache-control'] }).toEqual({
        file,
        status: 200,
        cached: 'private, max-age=31536000, immutable',
      });
    }
  });

  it('reports what there is when it is not there, or asked in another way', async () => {
    const client = await open();
    await client.signIn('kim', await add('kim', 'act'));
    expect(await client.get('/nowhere')).toMatchObject({ status: 404 });
    expect(await client.get('/bells/big/ring')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect(await client.get('/acts/nonsense')).toMatchObject({ status: 400 });
    expect(await client.get('//')).toMatchObject({ status: 400 });
    expect(await client.get('/%')).toMatchObject({ status: 404 });
  });
});

describe('the commands about operators', () => {
  it('add, list and remove, with who did it in the audit', async () => {
    expect((await operators('add', 'kim', '--role', 'act', '--by', 'root')).out).toMatch(/postern_operator_[\w-]{43}$/);
    expect(await operators('add', 'kim', '--role', 'read')).toMatchObject({ code: 1 });
    expect(await operators('add', 'Kim Li', '--role', 'read')).toMatchObject({ code: 2 });
    expect(await operators('add', 'lee', '--role', 'admin')).toMatchObject({ code: 2 });
    expect((await operators('list')).out).toMatch(/kim +act +\S+ +root/);
    expect(await operators('remove', 'kim', '--by', 'root')).toMatchObject({ code: 0 });
    expect(await operators('remove', 'kim')).toMatchObject({ code: 1 });
    const audit = await test.database.sql('operator_audit').orderBy('id').select('operator', 'action', 'target');
    expect(audit).toEqual([
      { operator: 'root', action: 'operators.add', target: 'kim' },
      { operator: 'root', action: 'operators.remove', target: 'kim' },
    ]);
  });
});
