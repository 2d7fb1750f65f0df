import { toDate } from '@postern/runtime';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { defineMail } from '../src/mail/content/define-mail.ts';
import { html } from '../src/mail/content/html.ts';
import { MailCatalog } from '../src/mail/content/mail-catalog.ts';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { type MailSide, openMailSide, SECOND } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

/** Of each mail, the versions of its row from its plan on: it is sent, its body noted, it is accepted. */
const VERSIONS_OF_A_SENT_MAIL = 3;

let smtp: ScriptedSmtp;
let side: MailSide;
let rendered: number;

const counted = defineMail('counted', {}, () => {
  rendered += 1;
  return { subject: 'Counted', html: html`<p>Counted</p>` };
});

beforeEach(async () => {
  rendered = 0;
  smtp = await ScriptedSmtp.start();
  const env = { SMTP_URL: smtp.url(), MAIL_DOMAIN_RATES: 'example.com=2/1s' };
  side = await openMailSide(env, undefined, new MailCatalog([counted]));
  side.clock.forward(SECOND - (side.clock.now().getTime() % SECOND));
});

afterEach(async () => {
  await side.close();
  await smtp.close();
});

const send = (to: string) => side.send({ mail: 'counted', to, data: {} });

const sendMany = (length: number) =>
  Promise.all(Array.from({ length }, (_, index) => send(`person${index}@example.com`)));

/** How often the rows of all mails were written. */
async function written(): Promise<number> {
  const [row] = await side.database.sql('mails').sum({ versions: 'version' });
  return Number(row?.versions);
}

it('mails behind a limit are rendered when they go, and written a few times for each that goes, however many wait', async () => {
  await sendMany(150);
  const before = { sent: smtp.accepted.length, rendered, written: await written() };

  for (let windows = 0; windows < 10; windows++) {
    side.clock.forward(SECOND);
    while ((await side.due.round()) > 0);
  }

  const sent = smtp.accepted.length - before.sent;
  expect(sent).toBeGreaterThan(10);
  expect(rendered - before.rendered).toBe(sent);
  const putOff = (await written()) - before.written - sent * VERSIONS_OF_A_SENT_MAIL;
  expect(putOff).toBeLessThanOrEqual(3 * sent);
});

it('a mail that is due goes in its round, however many others wait behind a limit', async () => {
  smtp.script = { rcpt: '450 4.2.0 greylisted' };
  const key = await send('ann@other.example');
  smtp.script = {};
  await sendMany(300);
  const due = toDate(
    (
      await side.database
        .sql('mails')
        .where({ id: mailId(key) })
        .first('due_at')
    ).due_at,
  ) as Date;

  while (side.clock.now() < due) await side.later(SECOND);

  expect(await side.state(key)).toBe('accepted');
});
