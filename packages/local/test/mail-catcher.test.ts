import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MailCatcher } from '../src/mail-catcher/mail-catcher.ts';
import { MailCatcherClient } from '../src/mail-catcher/mail-catcher-client.ts';
import { sendMail } from './send-mail.ts';

let folder: string;
let inbox: MailCatcher;
let client: MailCatcherClient;

const open = () =>
  MailCatcher.open({ path: join(folder, 'inbox.sqlite'), host: '127.0.0.1', httpPort: 0, smtpPort: 0 });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-inbox-'));
  inbox = await open();
  client = new MailCatcherClient(inbox.url);
});

afterEach(async () => {
  await inbox.close();
  rmSync(folder, { recursive: true });
});

const welcome = {
  from: 'Postern <hello@postern.test>',
  to: 'Ada Lovelace <ada@example.com>',
  subject: 'Confirm your address, Ada',
  text: 'Follow this link: http://127.0.0.1:3000/verify-email?token=abc\n',
  html: '<p>Follow <a href="http://127.0.0.1:3000/verify-email?token=abc">this link</a></p><script>alert(1)</script>',
};

test('a mail sent over SMTP is listed with the field names of Mailpit', async () => {
  await sendMail(inbox.ports.smtp, welcome);
  const list = await client.list();
  expect(list).toMatchObject({ total: 1, unread: 1, count: 1, messages_count: 1, messages_unread: 1, start: 0 });
  expect(list.messages[0]).toMatchObject({
    Read: false,
    From: { Name: 'Postern', Address: 'hello@postern.test' },
    To: [{ Name: 'Ada Lovelace', Address: 'ada@example.com' }],
    Cc: [],
    Bcc: [],
    ReplyTo: [],
    Subject: 'Confirm your address, Ada',
    Attachments: 0,
    Snippet: 'Follow this link: http://127.0.0.1:3000/verify-email?token=abc',
  });
  expect(list.messages[0]?.ID).toMatch(/^[A-Za-z0-9]{22}$/);
  expect(list.messages[0]?.MessageID).toMatch(/^[^<>]+@[^<>]+$/);
});

test('what another site has lead here by a name of its own reads no mail', async () => {
  const statusOf = async (host: string) => {
    const asked = request(`${inbox.url}/api/v1/messages`, { headers: { host } }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  };
  const { http } = inbox.ports;
  const own = ['127.0.0.1', 'localhost', '[::1]', 'inbox.localhost'];
  expect(await Promise.all(own.map((name) => statusOf(`${name}:${http}`)))).toEqual(own.map(() => 200));
  const others = ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example'];
  expect(await Promise.all(others.map((name) => statusOf(`${name}:${http}`)))).toEqual(others.map(() => 421));
});

test('reading a mail gives both parts and marks it as read', async () => {
  await sendMail(inbox.ports.smtp, welcome);
  const message = await client.message('latest');
  expect(message).toMatchObject({ Subject: welcome.subject, HTML: expect.stringContaining('this link</a>') });
  expect(message.Text).toContain('token=abc');
  expect((await client.list()).messages[0]?.Read).toBe(true);
});

test('headers come as lists under the spelling Mailpit gives them', async () => {
  await sendMail(inbox.ports.smtp, { ...welcome, headers: { 'X-Entity-Ref': ['one', 'two'] } });
  const headers = await client.headers('latest');
  expect(headers).toMatchObject({
    Subject: [welcome.subject],
    'X-Entity-Ref': ['one', 'two'],
    'Message-Id': [expect.any(String)],
  });
});

test('a recipient that no header names is a Bcc', async () => {
  await sendMail(inbox.ports.smtp, { ...welcome, bcc: 'secret@example.com' });
  expect((await client.list()).messages[0]?.Bcc).toEqual([{ Name: '', Address: 'secret@example.com' }]);
});

test('an attachment is listed with its sums and served as a part', async () => {
  await sendMail(inbox.ports.smtp, { ...welcome, attachments: [{ filename: 'a.txt', content: 'hello' }] });
  const message = await client.message('latest');
  expect(message.Attachments).toHaveLength(1);
  expect(message.Attachments[0]).toMatchObject({
    FileName: 'a.txt',
    Size: 5,
    Checksums: { MD5: '5d41402abc4b2a76b9719d911017c592' },
  });
  const part = await fetch(`${inbox.url}/api/v1/message/${message.ID}/part/${message.Attachments[0]?.PartID}`);
  expect(await part.text()).toBe('hello');
});

test('a search finds by recipient, subject, words and state, and can be turned round', async () => {
  await sendMail(inbox.ports.smtp, welcome);
  await sendMail(inbox.ports.smtp, { ...welcome, to: 'bob@example.com', subject: '100% off' });
  const found = async (query: string) =>
    (await client.search(query)).messages.map((it: { Subject: string }) => it.Subject);
  expect(await found('to:ada@example.com')).toEqual([welcome.subject]);
  expect(await found('subject:"your address"')).toEqual([welcome.subject]);
  expect(await found('follow -to:ada')).toEqual(['100% off']);
  expect(await found('100%')).toEqual(['100% off']);
  expect(await found('0_ off')).toEqual([]);
  expect(await found('is:read')).toEqual([]);
  expect(await found('nobody')).toEqual([]);
});

test('mails are still there after a restart', async () => {
  await sendMail(inbox.ports.smtp, welcome);
  await inbox.close();
  inbox = await open();
  client = new MailCatcherClient(inbox.url);
  expect((await client.list()).messages[0]?.Subject).toBe(welcome.subject);
});

test('one mail can be deleted, or all of them', async () => {
  for (const to of ['a@x.test', 'b@x.test', 'c@x.test']) await sendMail(inbox.ports.smtp, { ...welcome, to });
  const [newest] = (await client.list()).messages;
  const remove = (body?: string) => fetch(`${inbox.url}/api/v1/messages`, { method: 'DELETE', body: body ?? null });
  expect(await (await remove(JSON.stringify({ IDs: [newest?.ID] }))).text()).toBe('ok');
  expect((await client.list()).total).toBe(2);
  await remove();
  expect((await client.list()).total).toBe(0);
});

test('what is not there, not allowed or not understood is answered so', async () => {
  const status = async (path: string, options?: RequestInit) => (await fetch(inbox.url + path, options)).status;
  expect(await status('/api/v1/message/nobody')).toBe(404);
  expect(await status('/api/v1/message/latest')).toBe(404);
  expect(await status('/nowhere')).toBe(404);
  expect(await status('/api/v1/messages', { method: 'POST' })).toBe(405);
  expect(await status('/api/v1/messages', { method: 'DELETE', body: '{' })).toBe(400);
  expect(await status('/api/v1/messages', { method: 'DELETE', body: '{"IDs":"x"}' })).toBe(400);
  expect(await status('/api/v1/messages?limit=many')).toBe(400);
  expect(await status('/api/v1/search')).toBe(400);
});

test('the HTML of a mail is served without the right to run anything', async () => {
  await sendMail(inbox.ports.smtp, welcome);
  const view = await fetch(`${inbox.url}/view/latest.html`);
  expect(view.headers.get('content-security-policy')).toMatch(/^sandbox allow-popups [^;]*; default-src 'none'/);
});

test('an open page is notified of a mail as it arrives', async () => {
  const events = await fetch(`${inbox.url}/events`);
  const reader = events.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();
  await sendMail(inbox.ports.smtp, welcome);
  const ID = (await client.list()).messages[0]?.ID;
  expect((await reader?.read())?.value).toBe(`data: ${ID}\n\n`);
  await reader?.cancel();
});

test('an SMTP port that is in use is named with the variable that moves it', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const opening = MailCatcher.open({ path: ':memory:', host: '127.0.0.1', httpPort: 0, smtpPort: port });
  await expect(opening).rejects.toThrow(
    `Port ${port} for SMTP is in use by another program. Set SMTP_PORT to another one, or to 0 for any free one.`,
  );
  other.close();
});
