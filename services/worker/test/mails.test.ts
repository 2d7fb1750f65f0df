import { languages } from '@postern/locales';
import { runCommands } from '@postern/runtime/testing';
import { type AddressObject, type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailPreview } from '../src/commands/mail-preview.ts';
import { mails } from '../src/mail/content/mails/index.ts';
import { sampleBrand as brand, sampleLinks as links } from '../src/mail/content/preview/sample-links.ts';
import { renderMail } from '../src/mail/content/render-mail.ts';
import { sendPreview } from '../src/mail/delivery/send-preview.ts';
import { PATIENT } from './support/scripted-smtp.ts';

/** A mail server that keeps what it gets, byte for byte. */
const received: Buffer[] = [];
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      received.push(Buffer.concat(chunks));
      done();
    });
  },
});
let env: Record<string, string>;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the SMTP server has no port');
  env = {
    SMTP_URL: `smtp://127.0.0.1:${address.port}?tls=off&${PATIENT}`,
    MAIL_FROM: 'Postern <hello@postern.example>',
  };
});

afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

async function receive(send: () => Promise<unknown>): Promise<{ raw: string; mail: ParsedMail }> {
  received.length = 0;
  await send();
  const [raw] = received;
  if (raw === undefined || received.length !== 1) throw new Error(`${received.length} mails were received`);
  return { raw: raw.toString('latin1'), mail: await simpleParser(raw) };
}

// mailparser has the lines of texts end in LF, and without the last one.
const lines = (text: string | undefined) => text?.replaceAll('\r\n', '\n').trimEnd();

describe.each([...mails].map((mail) => [mail.name, mail] as const))('the mail %s, over SMTP', (_name, definition) => {
  it.each(languages)('arrives in %s as it was made', async (locale) => {
    const { raw, mail } = await receive(() => sendPreview(definition, { to: 'ann@example.com', locale, env }));
    const made = renderMail(definition, { data: definition.options.sample, locale, links, brand });
    expect(mail.subject).toBe(made.subject);
    expect(lines(mail.html || '')).toBe(lines(made.html));
    expect(lines(mail.text)).toBe(lines(made.text));
    expect((mail.to as AddressObject).text).toBe('ann@example.com');
    expect(mail.from?.text).toBe('"Postern" <hello@postern.example>');
    expect(mail.text).toContain('help@example.com');
    expect(mail.attachments).toEqual([]);
    // RFC 5321, 4.5.3.1.6 and RFC 5322, 2.1.1: nothing but ASCII in short lines, whatever the language.
    expect(raw).toMatch(/^[\t\r\n -~]*$/);
    expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });
});

const preview = (...args: string[]) => runCommands([mailPreview], 'mail:preview', ...args);

describe('mail:preview', () => {
  it('sends a mail to whoever is named', async () => {
    let said = '';
    Object.assign(process.env, env);
    const { mail } = await receive(async () => {
      said = (await preview('welcome', '--to', 'bob@example.com', '--locale', 'de')).out;
    });
    expect(mail.subject).toBe('Willkommen bei Postern');
    expect((mail.to as AddressObject).text).toBe('bob@example.com');
    expect(said).toMatch(/^Sent "Willkommen bei Postern" to bob@example.com/);
  });

  it.each([
    [['nope'], /no mail "nope"; there are account-disabled/],
    [['welcome'], /welcome needs --to ADDRESS/],
    [['welcome', '--to', 'ann@example.com\r\nBcc: all@example.com'], /--to: the address has a character/],
    [['--port', 'x'], /--port: expected a TCP port/],
    [['--nope'], /--nope/],
    [['welcome', 'verification'], /too many arguments/],
  ])('reports what is wrong with %j', async (args, message) => {
    const { code, complaints } = await preview(...args);
    expect(code).toBeGreaterThan(0);
    expect(complaints).toMatch(message);
  });

  it('reports what the server said when it accepts no mail', async () => {
    const [first] = mails;
    if (first === undefined) throw new Error('no mails');
    const nobody = { ...env, SMTP_URL: 'smtp://127.0.0.1:1?tls=off' };
    await expect(sendPreview(first, { to: 'ann@example.com', locale: 'en', env: nobody })).rejects.toThrow(
      'ECONNREFUSED',
    );
  });
});
