import type { Migration } from '@postern/runtime';
import { accountMigrations } from './accounts.ts';
import { auditDetails } from './audit-details.ts';
import { auditRequests } from './audit-requests.ts';
import { auditTraces } from './audit-traces.ts';
import { credentialVersion } from './credential-version.ts';
import { formerPasswords } from './former-passwords.ts';
import { idempotencyKeys } from './idempotency-keys.ts';
import { linkAddresses } from './link-addresses.ts';
import { outbox } from './outbox.ts';
import { rateLimits } from './rate-limits.ts';
import { replicas } from './replicas.ts';
import { requestRecords } from './request-records.ts';
import { requestStatuses } from './request-statuses.ts';
import { rootKeys } from './root-keys.ts';
import { schedules } from './schedules.ts';
import { sessionForgiveness } from './session-forgiveness.ts';
import { sessionRotations } from './session-rotations.ts';
import { signUps } from './sign-ups.ts';
import { twoFactorLimits } from './two-factor-limits.ts';
import { userSearch } from './user-search.ts';

/** The gateway's schema, step by step. Imported, not read from a folder, so that a bundle carries it. */
export const migrations: readonly Migration[] = [
  ...accountMigrations,
  outbox,
  idempotencyKeys,
  rateLimits,
  auditDetails,
  signUps,
  userSearch,
  credentialVersion,
  sessionRotations,
  twoFactorLimits,
  rootKeys,
  sessionForgiveness,
  replicas,
  auditRequests,
  auditTraces,
  requestRecords,
  schedules,
  requestStatuses,
  formerPasswords,
  linkAddresses,
];
