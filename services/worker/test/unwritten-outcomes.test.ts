import type { Database } from '@postern/runtime';
import { expect, it } from 'vitest';
import { HOUR, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

/** As on a disk that is full: what reads works, and nobody can write that a mail was accepted. */
async function refuseAccepted({ sql, dialect }: Database): Promise<void> {
  const [when, refuse] =
    dialect === 'sqlite'
      ? ["WHEN NEW.state = 'accepted' BEGIN", "SELECT RAISE(ABORT, 'the disk is full'); END"]
      : ["FOR EACH ROW IF NEW.state = 'accepted' THEN", "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'full'; END IF"];
  await sql.raw(`CREATE TRIGGER disk_is_full BEFORE UPDATE ON mails ${when} ${refuse}`);
}

it('a mail whose outcome cannot be written down is not taken for one whose sender died by the process that sent it', async () => {
  const smtp = await ScriptedSmtp.start();
  const side = await openMailSide({ SMTP_URL: smtp.url() });
  await refuseAccepted(side.database);
  const dot = smtp.reaches('dot');
  const sent = side.send();
  await dot;

  // Its lease is over by far, and so is the wait after which a mail of unknown fate is sent again.
  await side.later(HOUR);
  await side.later(HOUR);
  await side.database.sql.raw('DROP TRIGGER disk_is_full');
  const key = await sent;
  await side.later(HOUR);

  expect(await side.states(key)).toEqual(['sending', 'accepted']);
  expect(smtp.read).toHaveLength(1);
  await side.close();
  await smtp.close();
});
