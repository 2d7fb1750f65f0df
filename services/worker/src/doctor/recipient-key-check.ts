import { type Check, ConfigError, failure, type Logger, ok, openDatabase } from '@postern/runtime';
import type { Config } from '../config.ts';
import { requireOwnRecipientKey } from '../mail/delivery/ledger/own-recipient-key.ts';
import { RecipientHasher } from '../mail/delivery/ledger/recipient.ts';

const SUBJECT = 'RECIPIENT_KEY';

/** Whether it is the key that the tables' hashes were made with. */
export function recipientKeyCheck(config: Config, logger: Logger): Check {
  return {
    subject: SUBJECT,
    run: async () => {
      const database = openDatabase(config.DATABASE_URL, { logger, poolSize: 1 });
      try {
        await requireOwnRecipientKey(database, new RecipientHasher(config.RECIPIENT_KEY.writing.bytes));
        return [ok(SUBJECT, 'the one that the recipients in the database are known by')];
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        return [failure(SUBJECT, error.problems.join('; '), 'take it from a worker that has run with this database')];
      } finally {
        await database.close();
      }
    },
  };
}
