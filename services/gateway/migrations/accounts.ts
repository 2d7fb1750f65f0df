import type { Migration } from '@postern/runtime';
import { auditLog } from './audit-log.ts';
import { guesses } from './guesses.ts';
import { linkRecipients } from './link-recipients.ts';
import { linkTokens } from './link-tokens.ts';
import { sessions } from './sessions.ts';
import { signingKeys } from './signing-keys.ts';
import { twoFactor } from './two-factor.ts';
import { users } from './users.ts';

/** The tables of the accounts, in the order in which they are made. */
export const accountMigrations: readonly Migration[] = [
  users,
  linkTokens,
  sessions,
  signingKeys,
  auditLog,
  guesses,
  twoFactor,
  linkRecipients,
];
