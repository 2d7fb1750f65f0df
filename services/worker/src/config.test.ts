import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { OWN_QUEUES } from '@postern/events';
import { ConfigError } from '@postern/runtime';
import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { readSmtpUrl } from './mail/delivery/transports/smtp-url.ts';

const good = {
  DATABASE_URL: 'sqlite:/tmp/x.sqlite',
  AWS_REGION: 'eu-central-1',
  LINK_KEY: Buffer.alloc(32, 1).toString('base64'),
  RECIPIENT_KEY: Buffer.alloc(32, 4).toString('base64'),
  GATEWAY_ENVELOPE_KEY: Buffer.alloc(32, 2).toString('base64'),
  WORKER_ENVELOPE_KEY: Buffer.alloc(32, 3).toString('base64'),
  PUBLIC_URL: 'https://accounts.example.com',
  SMTP_URL: 'smtp://user:secret@smtp.example.com:587',
  MAIL_FROM: 'Postern <hello@example.com>',
};

function problemsOf(work: () => unknown): string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('asks for the region of its queues, as the gateway does: a wrong one finds other queues, or none', () => {
    const { AWS_REGION: _, ...without } = good;
    expect(problemsOf(() => readConfig(without))).toEqual([expect.stringMatching(/^AWS_REGION is not set/)]);
  });

  it('refuses the name that a variable had before, since mails would go out under another', () => {
    expect(problemsOf(() => readConfig({ ...good, MAIL_BRAND: 'Acme' }))).toEqual([
      expect.stringMatching(/^MAIL_BRAND is called PRODUCT_NAME/),
    ]);
  });

  it('has defaults for all but what only an operator can know', () => {
    expect(readConfig(good)).toMatchObject({
      WORKER_QUEUES: OWN_QUEUES,
      MAIL_FROM: { name: 'Postern', address: 'hello@example.com' },
      QUEUE_PREFIX: 'postern-',
    });
  });

  it('polls for less than the ten seconds that Docker gives a process to stop, for an idle poll is not broken off', () => {
    expect(readConfig(good).WORKER_POLL_SECONDS).toBeLessThan(10);
  });

  it('accepts one key to hash recipients with, since erased ones could not be found under another', () => {
    const { RECIPIENT_KEY } = good;
    const two = { ...good, RECIPIENT_KEY: `a:${RECIPIENT_KEY},b:${good.LINK_KEY}` };
    expect(problemsOf(() => readConfig(two))).toEqual([expect.stringMatching(/^RECIPIENT_KEY: expected one key/)]);
  });

  it('asks for the keys that check events only where events are consumed', () => {
    const { GATEWAY_ENVELOPE_KEY: _, ...without } = good;
    expect(problemsOf(() => readConfig(without))).toEqual([expect.stringMatching(/^GATEWAY_ENVELOPE_KEY is not set/)]);
    expect(problemsOf(() => readConfig({ ...without, WORKER_QUEUES: 'mail' }))).toEqual([]);
  });

  it('accepts unsigned messages for an upgrade, not for longer, and by default not at all', () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const read = (text: string) => readConfig({ ...good, ACCEPT_UNSIGNED_UNTIL: text }).ACCEPT_UNSIGNED_UNTIL;
    expect(readConfig(good).ACCEPT_UNSIGNED_UNTIL).toBeUndefined();
    expect(read(inDays(13))).toBeInstanceOf(Date);
    expect(read('2026-01-31T10:00:00+02:00')).toEqual(new Date('2026-01-31T08:00:00Z'));
    for (const wrong of [inDays(15), '2026-01-31', 'tomorrow', '1769853600', 'true']) {
      expect(problemsOf(() => read(wrong))).toEqual([expect.stringMatching(/^ACCEPT_UNSIGNED_UNTIL: expected a time/)]);
    }
  });

  it('remembers mails for longer than their messages can come back', () => {
    expect(problemsOf(() => readConfig({ ...good, MAIL_RETENTION_DAYS: '29' }))).toHaveLength(1);
  });

  it('reports all configuration errors together', () => {
    const problems = problemsOf(() => readConfig({ WORKER_QUEUES: 'events,letters', MAIL_FROM: 'nobody' }));
    for (const name of ['DATABASE_URL', 'LINK_KEY', 'PUBLIC_URL', 'SMTP_URL', 'WORKER_QUEUES', 'MAIL_FROM']) {
      expect(problems.filter((problem) => problem.startsWith(name))).toHaveLength(1);
    }
  });

  it.each(['PUBLIC_URL', 'APP_URL', 'SQS_ENDPOINT', 'SMTP_URL', 'SMTP_FALLBACK_URL'])(
    'accepts as %s what can be used, without query and fragment of its own, and reports all errors together',
    (variable) => {
      const wrong = ['localhost:3000', 'ftp://x', 'http://', 'https://user:hunter2@x.example', 'https://x.example/#a'];
      for (const url of wrong) {
        const problems = problemsOf(() => readConfig({ ...good, [variable]: url, MAIL_REPLY_TO: 'nobody' }));
        expect(problems.map((problem) => problem.split(':')[0]).sort(), url).toEqual(
          ['MAIL_REPLY_TO', variable].sort(),
        );
        expect(problems.join()).not.toContain('hunter2');
      }
    },
  );

  it('accepts a path of the front end, none of the gateway, and none of a mail server', () => {
    expect(readConfig({ ...good, APP_URL: 'https://example.com/app' }).APP_URL).toBe('https://example.com/app');
    for (const [variable, url] of [
      ['PUBLIC_URL', 'https://example.com/accounts'],
      ['SMTP_URL', 'smtp://smtp.example.com/inbox'],
      ['SMTP_URL', 'smtp://smtp.example.com#a'],
      ['SMTP_URL', 'ses://eu-central-1/set'],
      ['SMTP_URL', 'ses://eu-central-1?endpoint=ftp://x'],
      ['SMTP_URL', 'smtp://smtp.example.com?tls=maybe&connections=0'],
    ] as const) {
      expect(problemsOf(() => readConfig({ ...good, [variable]: url }))[0], url).toMatch(new RegExp(`^${variable}: `));
    }
  });

  it('has operators sign in to the console over no network in the clear', () => {
    const at = (url: string) => () => readConfig({ ...good, WORKER_CONSOLE_URL: url });
    expect(at('http://console.example.com')).toThrow('WORKER_CONSOLE_URL: expected https');
    expect(at('http://console.localhost:9000')).not.toThrow();
    expect(at('https://console.example.com')).not.toThrow();
  });

  it('reads rates by provider and domain', () => {
    const { rates } = readConfig({ ...good, MAIL_DOMAIN_RATES: 'gmail.com=20/1s, *=100/2m' });
    expect(rates.domains.get('gmail.com')).toEqual({ max: 20, windowMs: 1_000 });
    expect(rates.domains.get('*')).toEqual({ max: 100, windowMs: 120_000 });
    expect(problemsOf(() => readConfig({ ...good, MAIL_DOMAIN_RATES: 'gmail.com=fast' }))[0]).toMatch(/such as/);
  });

  it('compares domains as the DNS has them, and names what no domain or provider is', () => {
    const { rates } = readConfig({ ...good, MAIL_DOMAIN_RATES: 'München.example=1/1s' });
    expect([...rates.domains.keys()]).toEqual(['xn--mnchen-3ya.example']);
    for (const rates of ['a..b%=1/1s', 'a/b.com=1/1s', 'bad-.com=1/1s']) {
      expect(problemsOf(() => readConfig({ ...good, MAIL_DOMAIN_RATES: rates }))[0]).toMatch(/expected domains/);
    }
    expect(problemsOf(() => readConfig({ ...good, MAIL_PROVIDER_RATES: 'sendgrid=1/1s' }))[0]).toMatch(
      /no provider sendgrid; there are primary, fallback/,
    );
  });

  it('wants the three settings of DKIM together, and a domain', () => {
    const wrong = { DKIM_DOMAIN: 'https://example.com', DKIM_SELECTOR: 'a', DKIM_PRIVATE_KEY: 'b' };
    expect(problemsOf(() => readConfig({ ...good, ...wrong }))[0]).toMatch(/^DKIM_DOMAIN: expected a domain/);
    expect(problemsOf(() => readConfig({ ...good, DKIM_DOMAIN: 'example.com' }))[0]).toMatch(/set all or none/);
  });

  const pem = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
  const dkim = (DKIM_PRIVATE_KEY: string) => ({
    ...good,
    ...{ DKIM_DOMAIN: 'example.com', DKIM_SELECTOR: 'postern', DKIM_PRIVATE_KEY },
  });

  it('accepts a DKIM key whose line breaks are written as \\n', () => {
    const key = pem(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey);
    expect(readConfig(dkim(key.replaceAll('\n', '\\n'))).dkim?.privateKey).toBe(key);
  });

  it.each([
    ['is not a key', 'secret-but-no-pem'],
    ['is too short', pem(generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey)],
    ['is of another kind', pem(generateKeyPairSync('ed25519').privateKey)],
  ])('refuses at start a DKIM key that %s, and does not quote it', (_what, key) => {
    const [problem = ''] = problemsOf(() => readConfig(dkim(key)));
    expect(problem).toMatch(/^DKIM_PRIVATE_KEY: expected an RSA private key of 1024 bits or more as PEM/);
    expect(problem).not.toContain('secret');
  });
});

describe('signing in to a mail server by OAuth 2.0', () => {
  const oauth = {
    SMTP_URL: 'smtp://mailer%40example.com@smtp.example.com?auth=oauth2',
    SMTP_OAUTH_TOKEN_URL: 'https://login.example.com/token',
    SMTP_OAUTH_CLIENT_ID: 'postern',
    SMTP_OAUTH_CLIENT_SECRET: 'hunter2',
  };

  it('takes the application from its variables', () => {
    expect(readConfig({ ...good, ...oauth }).oauth).toMatchObject({ clientId: 'postern', refreshToken: undefined });
    const { SMTP_OAUTH_CLIENT_SECRET: _, ...rest } = oauth;
    expect(readConfig({ ...good, ...rest, SMTP_OAUTH_REFRESH_TOKEN: 'r' }).oauth).toMatchObject({ refreshToken: 'r' });
  });

  it.each([
    ['nothing of the application', { SMTP_URL: oauth.SMTP_URL }, /SMTP_OAUTH_TOKEN_URL is not set/],
    ['no secret', { ...oauth, SMTP_OAUTH_CLIENT_SECRET: '' }, /SMTP_OAUTH_CLIENT_SECRET is not set/],
    ['an application that nobody signs in with', { ...oauth, SMTP_URL: good.SMTP_URL }, /no provider signs in with it/],
    ['a password too', { ...oauth, SMTP_URL: 'smtp://a:b@smtp.example.com?auth=oauth2' }, /has no password/],
    ['nobody', { ...oauth, SMTP_URL: 'smtp://smtp.example.com?auth=oauth2' }, /needs a user/],
    ['another way', { ...oauth, SMTP_URL: 'smtp://a@smtp.example.com?auth=ntlm' }, /auth is "password"/],
    [
      'an endpoint in the clear',
      { ...oauth, SMTP_OAUTH_TOKEN_URL: 'http://login.example.com/token' },
      /expected https/,
    ],
  ])('refuses %s', (_what, env, problem) => {
    const problems = problemsOf(() => readConfig({ ...good, ...env }));
    expect(problems.join('\n')).toMatch(problem);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('greets by the name of a host, or an address in brackets', () => {
    const greeting = (MAIL_EHLO_NAME: string) => readConfig({ ...good, MAIL_EHLO_NAME }).MAIL_EHLO_NAME;
    expect(greeting('worker.example.com')).toBe('worker.example.com');
    expect(greeting('[192.0.2.1]')).toBe('[192.0.2.1]');
    expect(problemsOf(() => greeting('worker example'))[0]).toMatch(/^MAIL_EHLO_NAME: expected the name of this host/);
  });
});

describe("a provider's URL", () => {
  it('requires TLS unless the URL turns it off', () => {
    expect(readSmtpUrl(new URL('smtp://mail.example.com'), 'SMTP_URL')).toMatchObject({ tls: 'required', port: 587 });
    expect(readSmtpUrl(new URL('smtps://mail.example.com'), 'SMTP_URL')).toMatchObject({ secure: true, port: 465 });
    expect(readSmtpUrl(new URL('smtp://inbox:1025?tls=off'), 'SMTP_URL')).toMatchObject({ tls: 'off', port: 1025 });
  });

  it.each([
    ['smtp://host?tls=maybe', /tls is "required"/],
    ['smtps://host?tls=off', /contradicts/],
    ['smtp://user:secret@mail.example.com?tls=off', /without TLS/],
    ['smtp://host?conections=3', /no setting "conections"/],
    ['smtp://host?connections=0', /connections is a whole number/],
    ['smtp://user:100%secret@mail.example.com', /percent-encoded/],
  ])('is refused: %s', (url, problem) => {
    const [first = ''] = problemsOf(() => readSmtpUrl(new URL(url), 'SMTP_URL'));
    expect(first).toMatch(problem);
    expect(first).not.toContain('secret');
  });
});
