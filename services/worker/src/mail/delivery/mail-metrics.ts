import type { Clock, Metrics } from '@postern/runtime';
import { COUNT_AT_MOST, type Ledger } from './ledger/ledger.ts';
import { eventTimeOf } from './ledger/mail-identity.ts';
import { PENDING } from './ledger/states.ts';

/** From tens of milliseconds (a healthy day) to an hour (an outage that was waited out). */
const LATENCY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600];

/** What the mail side counts. Labels: the names of mails in the catalog, and outcomes. */
export class MailMetrics {
  readonly #latency;
  readonly #mails;
  readonly #passedOver;

  constructor(metrics: Metrics, ledger: Ledger, clock: Clock) {
    this.#latency = metrics.histogram(
      'email_delivery_latency_seconds',
      "Time from the event that led to a mail to the provider's acceptance",
      ['mail'],
      LATENCY_BUCKETS,
    );
    this.#mails = metrics.counter('emails_total', 'Mails by what came of a try', ['mail', 'outcome']);
    this.#passedOver = metrics.counter(
      'email_feedback_passed_over_total',
      'Provider events about mails that this ledger did not send',
      ['kind'],
    );
    metrics.gauge(
      'email_ledger_mails',
      `Mails that are not done: on their way or waiting, by state (counted up to ${COUNT_AT_MOST} in all)`,
      ['state'],
      async (gauge) => {
        const counts = await ledger.pending();
        for (const state of PENDING) gauge.set({ state }, counts.get(state) ?? 0);
      },
    );
    metrics.gauge(
      'email_overdue_seconds',
      'How long the mail that waits longest for its next try has been due',
      [],
      async (gauge) => {
        const due = await ledger.oldestDue();
        gauge.set(undefined, due ? Math.max(0, (clock.now().getTime() - due.getTime()) / 1000) : 0);
      },
    );
  }

  /** A provider reported a mail that the ledger does not have. */
  feedbackPassedOver(kind: string): void {
    this.#passedOver.inc({ kind });
  }

  count(mail: string, outcome: string): void {
    this.#mails.inc({ mail, outcome });
  }

  accepted(mail: string, key: string, createdAt: Date, at: Date): void {
    this.count(mail, 'accepted');
    const since = eventTimeOf(key) ?? createdAt;
    this.#latency.observe({ mail }, Math.max(0, at.getTime() - since.getTime()) / 1000);
  }
}
