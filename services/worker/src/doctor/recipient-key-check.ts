import { type Check, type Finding, failure, type Logger, ok, openDatabase } from '@postern/runtime';
import { migrations } from '../../migrations/index.ts';
import type { Config } from '../config.ts';
import { KEY_FAULTS, type KeyState, recipientKeyState } from '../mail/delivery/ledger/own-recipient-key.ts';
import { RecipientHasher } from '../mail/delivery/ledger/recipient.ts';

const SUBJECT = 'RECIPIENT_KEY';

const FINDINGS: Readonly<Record<KeyState, Finding>> = {
  own: ok(SUBJECT, 'the one that the recipients in the database are known by'),
  unmarked: ok(SUBJECT, 'not compared: no worker has left its mark yet, and no address is there to try it on'),
  other: failure(SUBJECT, KEY_FAULTS.other, 'take it from a worker that has run with this database'),
  'half-replaced': failure(SUBJECT, KEY_FAULTS['half-replaced'], 'run the command again, with all workers stopped'),
};

/** Whether it is the key that the tables' hashes were made with. */
export function recipientKeyCheck(config: Config, logger: Logger): Check {
  return {
    subject: SUBJECT,
    run: async () => {
      const database = openDatabase(config.DATABASE_URL, { logger, poolSize: 1 });
      try {
        // Tables that are still to come say nothing; that migrations are pending is a finding of its own.
        if ((await database.pendingMigrations(migrations)).length > 0) return [];
        const hasher = new RecipientHasher(config.RECIPIENT_KEY.writing.bytes);
        return [FINDINGS[await recipientKeyState(database, hasher)]];
      } finally {
        await database.close();
      }
    },
  };
}
