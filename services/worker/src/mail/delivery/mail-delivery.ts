import {
  type Clock,
  currentTraceparent,
  errorMessage,
  type Logger,
  RecurringWarnings,
  retry,
  ThinnedLog,
  traced,
  traceIdOf,
} from '@postern/runtime';
import { WORKER } from '../../operators/own-names.ts';
import { TimeLimit } from '../../policies/time-limit.ts';
import type { UnknownPolicy } from '../content/define-mail.ts';
import { Attempt } from './attempt.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Change, LedgerEntry } from './ledger/ledger-entry.ts';
import type { MailMetrics } from './mail-metrics.ts';
import type { MailPlanner } from './mail-planner.ts';
import type { Provider, Verdict } from './provider.ts';
import { AFTER_A_DEATH_MS, nextTry, RESEND_AFTER_MS } from './retry-rule.ts';
import type { Suppressions } from './suppression/suppressions.ts';
import type { ComposedMail } from './transports/mail-transport.ts';

/**
 * A ledger that cannot be written is tried again at least this often, in milliseconds, until it can: sooner than another replica, which took
 * this one for dead meanwhile, sends the mail again.
 */
const LEDGER_RETRY = { baseMs: 200, ceilingMs: 2_000 };

/** How often a lease is renewed behind a body, as part of the longest try: soon enough where a try came to it at its very end. */
const RENEWAL_SHARE = 0.1;

export interface DeliveryTools {
  ledger: Ledger;
  suppressions: Suppressions;
  metrics: MailMetrics;
  clock: Clock;
  logger: Logger;
}

/**
 * Sends one mail that is in the ledger as `sending`, and writes down what came of it. The outcome is a fact that
 * exists nowhere else, so it is written until the database takes it, or the process has to end.
 */
export class MailDelivery {
  readonly #planner: MailPlanner;
  readonly #tools: DeliveryTools;
  readonly #tryLimitMs: number;
  readonly #lines: ThinnedLog;
  readonly #warnings: RecurringWarnings;
  readonly #stop = new AbortController();
  /** By the monotonic clock. */
  #writeUntil = Number.POSITIVE_INFINITY;
  /** By the id of its mail. */
  readonly #underWay = new Map<string, Promise<void>>();

  /** @param tryLimitMs longest try, waiting for a connection included; well below the ledger's lease */
  constructor(planner: MailPlanner, tools: DeliveryTools, tryLimitMs: number) {
    this.#planner = planner;
    this.#tools = tools;
    this.#tryLimitMs = tryLimitMs;
    this.#lines = new ThinnedLog(tools.logger, tools.clock);
    this.#warnings = new RecurringWarnings(tools);
  }

  /** Sends it, over the next provider if the first definitely failed, and settles the ledger. */
  send(sending: LedgerEntry, mail: ComposedMail, first: Provider, policy: UnknownPolicy): Promise<void> {
    const id = sending.id.toString('hex');
    const sent = this.#send(sending, mail, first, policy).finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, sent);
    return sent;
  }

  async #send(sending: LedgerEntry, mail: ComposedMail, first: Provider, policy: UnknownPolicy): Promise<void> {
    let entry = sending;
    let provider = first;
    for (;;) {
      const attempt = new Attempt(this.#tools.ledger, this.#tools.clock, entry);
      const outcome = await this.#try(attempt, mail, provider);
      if (outcome.kind !== 'accepted') await this.#undoSuppressions(outcome.runs);
      const next = await this.#failOver(entry, provider, outcome);
      if (!next) return this.#settle(attempt, mail, outcome, policy);
      const reason = `over to ${next.name}; ${provider.name} said ${outcome.reason}`;
      const attempts = entry.attempts + (outcome.untried ? 0 : 1);
      const moved = await this.#write(() =>
        attempt.change({ state: 'sending', provider: next.name, reason, attempts }),
      );
      if (!moved) return;
      entry = { ...entry, version: attempt.entry.version + 1, attempts, provider: next.name };
      provider = next;
    }
  }

  /** In the trace of the request that led to the mail, also where another message or none at all has it sent. */
  #try(attempt: Attempt, mail: ComposedMail, provider: Provider): Promise<Verdict> {
    const { mail: kind, payload, attempts } = attempt.entry;
    const attributes = {
      'postern.mail': kind,
      'postern.mail.provider': provider.name,
      'postern.mail.attempt': attempts,
    };
    const parent = currentTraceparent(payload?.traceparent) ?? '';
    return traced(`deliver ${kind}`, { kind: 'client', parent, attributes }, async (span) => {
      const verdict = await this.#handOver(attempt, mail, provider);
      span?.set({ 'postern.mail.outcome': verdict.kind });
      if (verdict.kind !== 'accepted') span?.fail(verdict.kind);
      return verdict;
    });
  }

  async #handOver(attempt: Attempt, mail: ComposedMail, provider: Provider): Promise<Verdict> {
    const limit = new TimeLimit(this.#tryLimitMs, this.#stop.signal);
    const { longestTryMs, longestAnswerMs } = provider.transport;
    const startWithinMs = this.#tryLimitMs - longestTryMs;
    let renewals: NodeJS.Timeout | undefined;
    let ended = false;
    const beforeBody = async () => {
      await attempt.beforeBody();
      // The connection may have broken while its note was being written: nobody would end what began now.
      if (ended || longestAnswerMs === undefined) return;
      // Past the transport's own limit, which knows what it has cut off.
      limit.restart(longestAnswerMs + startWithinMs);
      renewals ??= setInterval(() => void this.#renew(attempt.entry), this.#tryLimitMs * RENEWAL_SHARE);
    };
    try {
      return await provider.send(mail, startWithinMs, { signal: limit.signal, beforeBody });
    } finally {
      ended = true;
      limit.end();
      clearInterval(renewals);
    }
  }

  /** Its provider may have longer for the answer to a body than the lease is: it stays this process's meanwhile. */
  async #renew(entry: LedgerEntry): Promise<void> {
    try {
      await this.#tools.ledger.renew(entry);
    } catch (error) {
      this.#warnings.warn('lease', 'a mail that is being sent cannot be kept from other replicas; trying again', {
        reason: errorMessage(error),
      });
    }
  }

  /** Whether this process is sending it, or cannot write yet what came of it. */
  isSending({ id }: LedgerEntry): boolean {
    return this.#underWay.has(id.toString('hex'));
  }

  /**
   * A mail whose sender died in the middle of it. Without a body's note nothing of it went out; with one its fate is as unknown as
   * that of a broken connection.
   */
  async orphaned(entry: LedgerEntry, policy: UnknownPolicy): Promise<void> {
    const { ledger, metrics, clock } = this.#tools;
    if (entry.unknowns > 0) {
      const reason = 'the process that was sending it ended in the middle';
      const lost = { reason, bodies: entry.unknowns, policy };
      return this.#fateLost(entry, lost, (change) => ledger.change(entry, change));
    }
    const reason = 'the process that was sending it ended before its body';
    const dueAt = new Date(clock.now().getTime() + AFTER_A_DEATH_MS);
    const change: Change = { state: 'deferred', reason, dueAt };
    if (await this.#write(() => ledger.change(entry, change))) metrics.count(entry.mail, 'deferred');
  }

  /**
   * For a process that stops: a ledger that cannot be written is tried for so many milliseconds more, and no longer. A mail whose outcome is not
   * written down then is taken for one whose sender died.
   */
  hurry(forMs: number): void {
    this.#writeUntil = this.#tools.clock.monotonic() + forMs;
  }

  /** Resolves when no mail is being sent, those included whose message's handler ran out of time before its mail did. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay.values());
  }

  /** Cuts off what is being sent: it ends as not sent or `unknown`. Resolves when that is written down. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#underWay.values());
  }

  /** Only on a definite failure of the provider, and never for a mail that another one may already have. */
  async #failOver(entry: LedgerEntry, provider: Provider, outcome: Verdict): Promise<Provider | undefined> {
    const elsewhere = outcome.kind === 'provider-down' || (outcome.kind === 'retry' && outcome.elsewhere);
    if (!elsewhere || entry.unknowns > 0 || this.#stop.signal.aborted) return undefined;
    try {
      return await this.#planner.next(provider);
    } catch (error) {
      // What the first one said has to be written down; the mail is tried again in any case.
      this.#tools.logger.warn('no second provider could be asked for', { reason: errorMessage(error) });
      return undefined;
    }
  }

  async #settle(attempt: Attempt, mail: ComposedMail, outcome: Verdict, policy: UnknownPolicy): Promise<void> {
    const { ledger, metrics, clock, suppressions } = this.#tools;
    const { kind, reason } = outcome;
    const { entry } = attempt;
    if (kind === 'accepted') {
      metrics.accepted(entry.mail, entry.key, entry.createdAt, clock.now());
      this.#lines.info('A mail was accepted', {
        ...{
          mail: entry.mail,
          mail_key: entry.key,
          event_id: entry.key.split('/')[0],
          smtp_message_id: mail.messageId,
        },
        ...{ provider: entry.provider, provider_message_id: outcome.providerMessageId, attempts: entry.attempts },
        trace_id: traceIdOf(entry.payload?.traceparent),
      });
      await this.#write(() => ledger.accepted(entry, reason, outcome.providerMessageId));
      return this.#undoSuppressions(outcome.runs);
    }
    if (kind === 'unknown') {
      const bodies = entry.unknowns + 1;
      return this.#fateLost(entry, { reason, bodies, policy }, (change) => attempt.change(change));
    }
    const recipient = { hash: entry.recipientHash, address: mail.envelope.to };
    if (kind === 'suppress') await this.#suppress(recipient, reason, outcome.runs);
    if (kind === 'fail' && outcome.refusal === 'bare') await this.#write(() => suppressions.refused(recipient, reason));
    const change = this.#changeFor(entry, outcome);
    if (!(await this.#write(() => attempt.change(change)))) return;
    metrics.count(entry.mail, change.state === 'unknown' ? 'deferred' : change.state);
  }

  async #suppress(
    recipient: { hash: Buffer; address: string },
    reason: string,
    runs: Verdict['runs'] = [],
  ): Promise<void> {
    const change = { actor: WORKER, reason };
    const since = this.#tools.clock.now();
    const note = () => runs.forEach((run) => void run.suppressed(recipient.hash, since));
    // Before: of a COMMIT whose answer is lost nobody knows later that it was this one's.
    note();
    await this.#write(() => this.#tools.suppressions.add(recipient, 'rejected', change));
    // And after: it may have turned out meanwhile, by other mails, that it was not the address.
    note();
    await this.#undoSuppressions(runs);
  }

  /**
   * Lets addresses have mail again that were suppressed for what was not their fault, also by other replicas, which may have met too few
   * refusals to know: once more when the provider is right again.
   */
  async #undoSuppressions(runs: Verdict['runs'] = []): Promise<void> {
    const { suppressions } = this.#tools;
    const change = { actor: WORKER, reason: 'one recipient after the other was refused, so it was not the address' };
    for (const run of runs) {
      for (const suppressed of run.toUndo()) await this.#write(() => suppressions.undo(suppressed, 'rejected', change));
      const { since } = run;
      if (run.broken && since) await this.#write(() => suppressions.removeMany({ cause: 'rejected', since }, change));
    }
  }

  #changeFor(entry: LedgerEntry, { kind, reason, untried }: Verdict): Change {
    if (kind === 'suppress') return { state: 'bounced', reason, dueAt: entry.expiresAt };
    if (kind === 'fail') return { state: 'failed', reason };
    const attempts = entry.attempts - (untried ? 1 : 0);
    // Behind a shut breaker it waits as those do that the breaker kept back from the start: for the provider, not for longer and longer.
    const shutOff = untried && kind === 'provider-down';
    const dueAt = shutOff
      ? this.#planner.shutOffUntil(entry)
      : nextTry({ ...entry, attempts }, this.#tools.clock.now());
    // A second try that definitely failed leaves the first one's fate as unknown as it was.
    return { state: entry.unknowns > 0 ? 'unknown' : 'deferred', reason, dueAt, attempts };
  }

  /** @param bodies how many a provider may have by now */
  async #fateLost(
    entry: LedgerEntry,
    { reason, bodies, policy }: { reason: string; bodies: number; policy: UnknownPolicy },
    change: (change: Change) => Promise<boolean>,
  ): Promise<void> {
    const { metrics, clock, logger } = this.#tools;
    const waitMs = RESEND_AFTER_MS[policy][bodies - 1];
    const again = waitMs !== undefined && clock.now() < entry.expiresAt;
    const dueAt = again ? new Date(clock.now().getTime() + waitMs) : undefined;
    if (!(await this.#write(() => change({ state: 'unknown', reason, unknowns: bodies, dueAt })))) return;
    metrics.count(entry.mail, 'unknown');
    if (!again) logger.warn('it is unknown whether a mail arrived, and it is not sent again', { mail_key: entry.key });
  }

  #write<T>(work: () => Promise<T>): Promise<T> {
    return retry(work, {
      ...LEDGER_RETRY,
      shouldRetry: () => this.#tools.clock.monotonic() < this.#writeUntil,
      onRetry: (error) =>
        this.#warnings.warn('ledger', 'the ledger cannot be written; trying again until it can', {
          reason: errorMessage(error),
        }),
    });
  }
}
