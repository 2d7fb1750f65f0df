import { linkToken, UserPasswordResetRequested } from '@postern/events';
import { languages, messages } from '@postern/locales';
import { escapeHtml } from '@postern/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from './accounts/client.ts';
import { registered, verified } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
let client: Client;

beforeAll(async () => {
  gateway = await TestGateway.start();
  client = new Client(gateway.url);
});

afterAll(() => gateway.close());

/** What a browser sends whose user reads this language first. */
const browserOf = (acceptLanguage: string) => ({ accept: 'text/html', 'accept-language': acceptLanguage });

function submit(path: string, fields: Record<string, string>, acceptLanguage: string) {
  const headers = { ...browserOf(acceptLanguage), 'content-type': 'application/x-www-form-urlencoded' };
  return client.send('POST', path, new URLSearchParams(fields).toString(), { headers });
}

async function resetToken(): Promise<string> {
  const { email } = await verified(gateway);
  await client.post('/v1/auth/password/forgot', { email });
  const { token_id } = await gateway.events.next(UserPasswordResetRequested, (data) => data.email === email);
  return linkToken(gateway.config.env.LINK_KEY, 'reset-password', token_id, email);
}

const htmlOf = (language: string) => `<html lang="${language}"${language === 'ar' ? ' dir="rtl"' : ''}>`;

describe.each(languages.map((language) => [language, messages[language].pages] as const))(
  'pages in %s',
  (language, t) => {
    const accept = `${language}-XX;q=0.9, zh, en;q=0.1`;
    const open = (path: string) => client.get(path, { headers: browserOf(accept) });

    it.each([
      ['/resend-verification', t.resendVerification.intro],
      ['/verify-email?token=x', t.link.invalid.advice],
      ['/reset-password?token=x', t.link.invalid.title],
      ['/change-email?token=x', t.link.invalid.title],
      ['/restore-email?token=x', t.link.invalid.title],
      ['/unsubscribe?token=x', t.link.invalid.title],
    ])('%s', async (path, text) => {
      const page = await open(path);
      expect(page.text).toContain(htmlOf(language));
      expect(page.text).toContain(escapeHtml(text));
      expect(page.headers.get('content-language')).toBe(language);
    });

    it('ask for the password of a sign-up, and report that it is wrong', async () => {
      const { verifyToken: token } = await registered(gateway);
      const asked = await open(`/verify-email?token=${encodeURIComponent(token)}`);
      expect(asked.text).toContain(escapeHtml(t.verifyEmail.askPassword));
      const wrong = await submit('/verify-email', { token, password: 'a wrong guess' }, accept);
      expect([wrong.status, wrong.text.includes(escapeHtml(t.verifyEmail.passwordWrong))]).toEqual([403, true]);
    });

    it('report what is wrong with a new password, and that it was changed', async () => {
      const token = await resetToken();
      const short = await submit(
        '/reset-password',
        { token, password: 'short', password_confirmation: 'other' },
        accept,
      );
      expect(short.text).toContain(escapeHtml(t.resetPassword.different));
      expect(short.text).toContain(escapeHtml(`${t.passwordFaults.short(8)}.`));
      const password = 'a new and better passphrase';
      const done = await submit('/reset-password', { token, password, password_confirmation: password }, accept);
      expect([done.status, done.text.includes(escapeHtml(t.resetPassword.doneTitle))]).toEqual([200, true]);
    });

    it('explain that a page does not exist', async () => {
      const lost = await open('/nowhere');
      expect(lost.status).toBe(404);
      if (lost.text.startsWith('<')) expect(lost.text).toContain(escapeHtml(t.problems[404].title));
    });
  },
);

describe('a reader whose browser names no language that there is', () => {
  it.each(languages)('reads %s, the language of the account, on the page and on the one after it', async (language) => {
    const { verifyToken: token } = await registered(gateway, { locale: `${language}-AT` });
    const asked = await client.get(`/verify-email?token=${encodeURIComponent(token)}`, { headers: browserOf('zh') });
    expect(asked.text).toContain(escapeHtml(messages[language].pages.verifyEmail.askPassword));
    const locale = /name="locale" value="([^"]+)"/.exec(asked.text)?.[1] ?? '';
    const wrong = await submit('/verify-email', { token, password: 'a wrong guess', locale }, 'zh');
    expect(wrong.text).toContain(escapeHtml(messages[language].pages.verifyEmail.passwordWrong));
  });

  it('reads English where no account is known', async () => {
    const page = await client.get('/resend-verification', { headers: browserOf('zh') });
    expect(page.text).toContain(htmlOf('en'));
  });
});
