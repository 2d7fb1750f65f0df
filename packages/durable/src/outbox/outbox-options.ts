import type { Clock, Logger, Metrics } from '@postern/runtime';

export interface OutboxOptions {
  logger: Logger;
  metrics: Metrics;
  clock?: Clock;
  /** Makes a body that has waited in the database what is to be sent to the queue now, such as signed again. Default: as it is. */
  renew?: (body: string, queue: string) => string;
  /**
   * How long a replica has a row to itself, in milliseconds (default 10,000). It is also how long a message waits when
   * its replica dies between COMMIT and sending. A send that outlasts it may happen twice; ids make that harmless.
   */
  leaseMs?: number;
  /** How often each replica looks for rows whose lease ran out, in milliseconds (default 1,000). */
  sweepMs?: number;
  /** Rows in one claim (default 500). */
  sweepBatch?: number;
  /** Messages kept in memory between COMMIT and SQS (default 5,000). What is beyond waits in its row for the sweeper. */
  maxInFlight?: number;
  /** The same bound in characters of body (default 16 Mi). */
  maxInFlightSize?: number;
  /** How long a sent row may wait to be deleted together with others, in milliseconds (default 50). */
  deleteLingerMs?: number;
  /** Failures of its own after which a row is dead (default 12). A message that SQS refuses is dead at once. */
  maxAttempts?: number;
  /** First back-off of a row or of a queue that is down, in milliseconds (default 500). */
  backoffBaseMs?: number;
  /** Longest back-off of a row, in milliseconds (default 600,000). */
  rowCeilingMs?: number;
  /** Longest wait before a queue that is down is tried again, in milliseconds (default 10,000). */
  queueCeilingMs?: number;
  /** How long `stop` waits for sends that are under way, in milliseconds (default 5,000). */
  stopMs?: number;
}

export const OUTBOX_DEFAULTS = {
  renew: (body: string) => body,
  leaseMs: 10_000,
  sweepMs: 1_000,
  sweepBatch: 500,
  maxInFlight: 5_000,
  maxInFlightSize: 16 * 1024 * 1024,
  deleteLingerMs: 50,
  maxAttempts: 12,
  backoffBaseMs: 500,
  rowCeilingMs: 600_000,
  queueCeilingMs: 10_000,
  stopMs: 5_000,
} as const;

export type OutboxSettings = Omit<Required<OutboxOptions>, 'clock'> & { clock: Clock };
