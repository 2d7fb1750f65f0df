import { readEnv, type Sql } from '@postern/runtime';
import { recipientKey } from '../config.ts';
import { requireOwnRecipientKey } from '../mail/delivery/ledger/own-recipient-key.ts';
import { RecipientHasher } from '../mail/delivery/ledger/recipient.ts';

/** What tables know an address by, for commands. @throws ConfigError without RECIPIENT_KEY, or with another one than theirs */
export async function hashOf(tables: Sql, address: string): Promise<Buffer> {
  const hasher = new RecipientHasher(readEnv(recipientKey).RECIPIENT_KEY.writing.bytes);
  await requireOwnRecipientKey(tables, hasher);
  return hasher.hash(address);
}
