import { readEnv } from '@postern/runtime';
import { recipientKey } from '../config.ts';
import { RecipientHasher } from '../mail/delivery/ledger/recipient.ts';

/** What tables know an address by, for commands. @throws ConfigError without RECIPIENT_KEY */
export function hashOf(address: string): Buffer {
  return new RecipientHasher(readEnv(recipientKey).RECIPIENT_KEY.writing.bytes).hash(address);
}
