import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ComposedMail } from '../src/mail/delivery/transports/mail-transport.ts';
import { SmtpTransport } from '../src/mail/delivery/transports/smtp-transport.ts';
import { readSmtpUrl } from '../src/mail/delivery/transports/smtp-url.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

let smtp: ScriptedSmtp;
let transport: SmtpTransport;

beforeEach(async () => {
  // One reply too many: each that follows answers the command before.
  smtp = await ScriptedSmtp.start({ rcpt: (count) => (count === 1 ? '250 ok\r\n250 ok' : '250 ok') });
  transport = new SmtpTransport('primary', readSmtpUrl(new URL(smtp.url()), 'SMTP_URL'));
});

afterEach(async () => {
  await transport.close();
  await smtp.close();
});

const { signal } = new AbortController();
const mail: ComposedMail = {
  messageId: '<0123456789abcdef0123456789abcdef@mail.example.com>',
  envelope: { from: 'hello@mail.example.com', to: 'ann@example.com' },
  text: 'Hello',
};

describe('a mail in a conversation that is out of step', () => {
  it('is not handed over once it was decided to try elsewhere', async () => {
    const noted = Promise.withResolvers<void>();
    const outcome = await transport.send(mail, { signal, beforeBody: () => noted.promise });
    expect(outcome.kind).toBe('provider-down');
    noted.resolve();
    await transport.send(mail, { signal, beforeBody: async () => undefined });
    expect(smtp.read).toHaveLength(1);
  });
});
