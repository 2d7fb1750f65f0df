import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { providerCheck } from '../src/doctor/provider-check.ts';
import { AccessTokens } from '../src/mail/delivery/transports/access-tokens.ts';
import type { MailTransport, Outcome } from '../src/mail/delivery/transports/mail-transport.ts';
import type { OauthSettings } from '../src/mail/delivery/transports/oauth-settings.ts';
import { openTransport } from '../src/mail/delivery/transports/open-transport.ts';
import { PATIENT } from './support/scripted-smtp.ts';
import { TokenEndpoint } from './support/token-endpoint.ts';

const SECRET = 'client-secret-of-the-application';

let endpoint: TokenEndpoint;
let server: SMTPServer;
let opened: MailTransport[];
/** What the mail server accepts, who signed in, and what it was greeted with. */
let accepts: (token: string) => boolean;
let signedIn: { user: string; token: string }[];
let greetings: string[];

beforeEach(async () => {
  endpoint = await TokenEndpoint.start();
  [opened, signedIn, greetings] = [[], [], []];
  // The endpoint is not to blame for a machine that stands still for longer than it may take.
  vi.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
  accepts = () => true;
  server = new SMTPServer({
    ...{ authMethods: ['XOAUTH2'], disabledCommands: ['STARTTLS'], allowInsecureAuth: true },
    onAuth({ accessToken: token = '', username: user = '' }, session, done) {
      signedIn.push({ user, token });
      greetings.push(String(session.hostNameAppearsAs));
      if (accepts(token)) done(null, { user });
      else done(Object.assign(new Error('5.7.3 Authentication unsuccessful'), { responseCode: 535 }));
    },
    onData(stream, _session, done) {
      stream.resume().on('end', () => done(null, 'queued'));
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await Promise.all(opened.map((transport) => transport.close()));
  await new Promise<void>((resolve) => server.close(() => resolve()));
  await endpoint.close();
});

const settings = (more: Partial<OauthSettings> = {}): OauthSettings => ({
  tokenUrl: endpoint.url,
  clientId: 'postern',
  clientSecret: SECRET,
  refreshToken: undefined,
  scope: 'mail.send',
  ...more,
});

const url = () =>
  `smtp://mailer%40example.com@127.0.0.1:${(server.server.address() as AddressInfo).port}?tls=off&auth=oauth2&${PATIENT}`;

function open(oauth = settings(), ehloName?: string): MailTransport {
  const transport = openTransport(url(), { name: 'primary', variable: 'SMTP_URL', oauth, ehloName });
  opened.push(transport);
  return transport;
}

let mails = 0;
function send(transport: MailTransport): Promise<Outcome> {
  mails += 1;
  return transport.send(
    {
      ...{ from: 'a@example.com', to: 'b@example.com', subject: 'hello', text: 'hello' },
      envelope: { from: 'a@example.com', to: 'b@example.com' },
      messageId: `<${'0'.repeat(32)}${mails}@example.com>`,
    },
    { signal: new AbortController().signal, beforeBody: async () => undefined },
  );
}

describe('signing in by OAuth 2.0', () => {
  it('sends with a token had by client credentials, asks for one token for many connections, and greets by name', async () => {
    const transport = open(settings(), 'worker.example.com');
    const outcomes = await Promise.all([1, 2, 3].map(() => send(transport)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(new Set(signedIn.map(({ user, token }) => `${user} ${token}`))).toEqual(
      new Set(['mailer@example.com token-1']),
    );
    expect(endpoint.asked).toEqual([
      { grant_type: 'client_credentials', client_id: 'postern', client_secret: SECRET, scope: 'mail.send' },
    ]);
    expect(new Set(greetings)).toEqual(new Set(['worker.example.com']));
  });

  it('renews a token that the server took back, once, and the mail goes', async () => {
    accepts = (token) => token === 'token-2';
    expect(await send(open())).toMatchObject({ kind: 'accepted' });
    expect(signedIn.map(({ token }) => token)).toEqual(['token-1', 'token-2']);
  });

  it('reports in the words of the server that it refuses each token, and asks for no third', async () => {
    accepts = () => false;
    expect(await send(open())).toEqual({
      kind: 'provider-down',
      refused: true,
      reason: expect.stringContaining('5.7.3 Authentication unsuccessful'),
    });
    expect(endpoint.asked).toHaveLength(2);
  });

  it('uses a refresh token where there is one, and the next one that it is handed', async () => {
    endpoint.answer = (count) => ({
      body: { access_token: `token-${count}`, expires_in: 3_600, refresh_token: `refresh-${count}` },
    });
    accepts = (token) => token === 'token-2';
    expect(await send(open(settings({ refreshToken: 'refresh-0', clientSecret: undefined })))).toMatchObject({
      kind: 'accepted',
    });
    expect(endpoint.asked.map(({ grant_type, refresh_token }) => [grant_type, refresh_token])).toEqual([
      ['refresh_token', 'refresh-0'],
      ['refresh_token', 'refresh-1'],
    ]);
  });

  it.each([
    [
      400,
      { error: 'invalid_client', error_description: 'the secret has expired' },
      true,
      /refuses \(400 invalid_client: the secret has expired\)/,
    ],
    [503, 'try later', false, /refuses \(503\)/],
    [307, 'the secret is not sent on', false, /it cannot be asked: unexpected redirect/],
    [200, { token_type: 'Bearer' }, true, /without an access_token/],
    [200, `{"access_token":"${'x'.repeat(70_000)}"}`, false, /longer than 65536/],
  ])('reports what the endpoint answered: %i %j', async (status, body, refused, words) => {
    endpoint.answer = () => ({ status, body });
    const outcome = await send(open());
    expect(outcome).toMatchObject({ kind: 'provider-down', refused, reason: expect.stringMatching(words) });
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
    expect(signedIn).toEqual([]);
  });

  it('keeps to itself what the endpoint repeats of what it was sent', async () => {
    const oauth = settings({ clientSecret: 's3cret/+of the app', refreshToken: 'refresh-0' });
    const description = `no ${oauth.refreshToken} for ${oauth.clientSecret} (${encodeURIComponent(oauth.clientSecret ?? '')})`;
    endpoint.answer = () => ({ status: 400, body: { error: 'invalid_grant', error_description: description } });
    expect(await send(open(oauth))).toMatchObject({
      reason: expect.stringContaining('refuses (400 invalid_grant: no *** for *** (***))'),
    });
  });

  it('is not a refusal of ours while the endpoint cannot be reached', async () => {
    expect(await send(open(settings({ tokenUrl: 'http://127.0.0.1:1/token' })))).toMatchObject({
      kind: 'provider-down',
      refused: false,
      reason: expect.stringMatching(/SMTP_OAUTH_TOKEN_URL: it cannot be asked/),
    });
  });

  it('is checked by doctor: the token, and the mailbox', async () => {
    const check = () => providerCheck('SMTP_URL', url(), { oauth: settings(), ehloName: undefined }).run();
    expect((await check())[0]).toMatchObject({ level: 'ok' });
    accepts = () => false;
    expect((await check())[0]).toMatchObject({
      level: 'failure',
      todo: expect.stringContaining('send as the mailbox'),
    });
    endpoint.answer = () => ({ status: 401, body: { error: 'invalid_client' } });
    expect((await check())[0]).toMatchObject({
      level: 'failure',
      what: expect.stringContaining('invalid_client'),
      todo: expect.stringContaining('SMTP_OAUTH_'),
    });
  });
});

describe('an access token', () => {
  it('is kept until a minute before its end, and then asked for again', async () => {
    let now = 0;
    const tokens = new AccessTokens(settings(), () => now);
    expect([await tokens.get(), await tokens.get()]).toEqual(['token-1', 'token-1']);
    now = 3_539_000;
    expect(await tokens.get()).toBe('token-1');
    now = 3_541_000;
    expect(await tokens.get()).toBe('token-2');
  });

  it('that is forgotten twice is asked for once', async () => {
    const tokens = new AccessTokens(settings());
    const old = await tokens.get();
    tokens.forget(old);
    expect(await tokens.get()).toBe('token-2');
    tokens.forget(old);
    expect(await tokens.get()).toBe('token-2');
  });
});
