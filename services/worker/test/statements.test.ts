import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@postern/runtime';
import { expect, it } from 'vitest';
import { mailId } from '../src/mail/delivery/ledger/mail-identity.ts';
import { DAY, openMailSide } from './support/mail-side.ts';
import { ScriptedSmtp } from './support/scripted-smtp.ts';

const DOCUMENT = join(import.meta.dirname, '../../../docs/performance.md');
const MANY = 40;

/** A worker's mail side, and the statements that `work` runs on its database. */
async function statementsOf(
  work: (side: Awaited<ReturnType<typeof openMailSide>>) => Promise<void>,
): Promise<string[]> {
  const smtp = await ScriptedSmtp.start();
  const side = await openMailSide({ SMTP_URL: smtp.url() });
  try {
    // The first mail of a process looks at more than later ones do.
    await side.send();
    const ran: string[] = [];
    const listener = ({ sql }: { sql: string }) => void ran.push(sql);
    side.database.sql.on('query', listener);
    await work(side);
    side.database.sql.removeListener('query', listener);
    return ran;
  } finally {
    await side.close();
    await smtp.close();
  }
}

it('the statements of a mail are those of docs/performance.md', async () => {
  const ran = await statementsOf(async (side) => void (await side.send()));
  const [, documented] =
    /^\| a mail, from its order to accepted \| (\d+) \|/m.exec(await readFile(DOCUMENT, 'utf8')) ?? [];
  expect(ran.length, ran.join('\n')).toBe(Number(documented));
});

it('mails that a provider has taken at the same time are written together, each with the id that it was given', async () => {
  const [id, written] = [(n: number) => `id-of-${n}`, [] as string[]];
  const ran = await statementsOf(async ({ ledger, hasher, clock, database }) => {
    const expiresAt = new Date(clock.now().getTime() + DAY);
    const first = { state: 'sending', reason: 'to primary', provider: 'primary' } as const;
    const begin = (n: number) => {
      const key = `${newId()}/send-verification/verification`;
      const to = `ann-${n}@example.com`;
      const recipient = { recipientHash: hasher.hash(to), recipientDomain: 'example.com' };
      const payload = { to, locale: 'en', data: {}, traceparent: undefined };
      return ledger.begin({ id: mailId(key), key, mail: 'verification', ...recipient, payload, expiresAt, first });
    };
    const entries = await Promise.all(Array.from({ length: MANY }, (_, n) => begin(n)));
    await Promise.all(entries.map((entry, n) => entry && ledger.accepted(entry, 'taken', id(n))));
    for (const entry of entries) {
      const row = await database.sql('mails').where({ id: entry?.id }).first('state', 'provider_message_id');
      written.push(`${row.state} ${row.provider_message_id}`);
    }
  });
  expect(written).toEqual(Array.from({ length: MANY }, (_, n) => `accepted ${id(n)}`));
  expect(ran.filter((sql) => sql.startsWith('COMMIT')).length).toBeLessThan(MANY);
});
