import type { Migration } from '@postern/runtime';
import { deadLetters } from './dead-letters.ts';
import { deadLettersByReason } from './dead-letters-by-reason.ts';
import { deadLettersCopies } from './dead-letters-copies.ts';
import { deadLettersRegistered } from './dead-letters-registered.ts';
import { deliveries } from './deliveries.ts';
import { jobRecords } from './job-records.ts';
import { jobs } from './jobs.ts';
import { listenerTries } from './listener-tries.ts';
import { listeners } from './listeners.ts';
import { mailRates } from './mail-rates.ts';
import { mailRatesEnd } from './mail-rates-end.ts';
import { mails } from './mails.ts';
import { mailsDue } from './mails-due.ts';
import { mailsOrigin } from './mails-origin.ts';
import { mailsPayload } from './mails-payload.ts';
import { operationsAlone } from './operations-alone.ts';
import { operators } from './operators.ts';
import { optOuts } from './opt-outs.ts';
import { optOutsTakenBack } from './opt-outs-taken-back.ts';
import { pauses } from './pauses.ts';
import { queueHistory } from './queue-history.ts';
import { recipientKey } from './recipient-key.ts';
import { rejectedEnd } from './rejected-end.ts';
import { replicas } from './replicas.ts';
import { scheduleOrders } from './schedule-orders.ts';
import { suppressions } from './suppressions.ts';
import { suppressionsByCause } from './suppressions-by-cause.ts';
import { suppressionsEnd } from './suppressions-end.ts';
import { suppressionsListed } from './suppressions-listed.ts';

/** The worker's schema, in the order it grows. A bundle carries the steps because this list imports them. */
export const migrations: readonly Migration[] = [
  deliveries,
  mails,
  suppressions,
  mailRates,
  jobs,
  optOuts,
  mailRatesEnd,
  mailsPayload,
  suppressionsEnd,
  rejectedEnd,
  listeners,
  operators,
  replicas,
  mailsOrigin,
  suppressionsListed,
  suppressionsByCause,
  pauses,
  queueHistory,
  deadLetters,
  deadLettersCopies,
  scheduleOrders,
  operationsAlone,
  deadLettersByReason,
  deadLettersRegistered,
  jobRecords,
  listenerTries,
  mailsDue,
  optOutsTakenBack,
  recipientKey,
];
