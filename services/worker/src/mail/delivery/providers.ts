import {
  type Clock,
  errorMessage,
  type Logger,
  RecurringWarnings,
  withoutAddresses,
  withoutMailbox,
} from '@postern/runtime';
import { Breaker, type BreakerOptions, DEFAULT_BREAKER } from '../../policies/breaker.ts';
import { Semaphore } from '../../policies/semaphore.ts';
import { domainOf } from './ledger/recipient.ts';
import { RefusalRun } from './refusal-run.ts';
import { RefusalRuns, SEVERAL_DOMAINS } from './refusal-runs.ts';
import type { ComposedMail, MailTransport, Outcome, TryOptions } from './transports/mail-transport.ts';

/** Why mails wait while a run of refusals is the provider's fault. */
const REFUSES_EVERYBODY = 'it refuses one recipient after the other';
const REFUSES_A_DOMAIN = 'it refuses one recipient of the domain after the other';

/** What is said of a provider, each time that it happens. */
interface ProviderReports {
  /** It did not work, and said so. */
  failed(reason: string): void;
  /** It refuses everybody at one domain, in these words. */
  refusesDomain(domain: string, reason: string): void;
}

/** Mails in a row that the provider itself put off (421, 451, 452, 454) and that somebody should hear of. */
const PUT_OFF_IN_A_ROW = 5;

/** What came of a try, and the runs of refusals that a refusal is part of, or that an acceptance has ended. `untried`: there was none, for want of a connection or behind a shut breaker. */
export type Verdict = Outcome & { runs?: readonly RefusalRun[]; untried?: true };

/** A transport with the breaker before it and as many mails at a time as it can work on. */
export class Provider {
  readonly transport: MailTransport;
  readonly breaker: Breaker;
  /** What it, or the network before it, said when it last did not work, without addresses. */
  lastWords: { text: string; at: Date } | undefined;
  readonly #connections: Semaphore;
  readonly #reports: ProviderReports;
  readonly #clock: Clock;
  readonly #runs: RefusalRuns;
  /** Mails that it put off for its own sake since one was last accepted. */
  #putOff = 0;
  /** The recipients that it put off since then, in whatever words. */
  #putOffs = new RefusalRun(SEVERAL_DOMAINS);

  constructor(transport: MailTransport, breaker: Breaker, reports: ProviderReports, clock: Clock) {
    this.#clock = clock;
    this.#runs = new RefusalRuns(clock);
    this.transport = transport;
    this.breaker = breaker;
    this.#reports = reports;
    this.#connections = new Semaphore(transport.concurrency);
  }

  get name(): string {
    return this.transport.name;
  }

  /**
   * Tries once, unless the breaker opened while the mail waited for its turn.
   *
   * @param startWithinMs what begins later would not end within its lease, and is not begun
   */
  async send(mail: ComposedMail, startWithinMs: number, options: TryOptions): Promise<Verdict> {
    const outcome = await this.#connections.with(startWithinMs, options.signal, () => this.#try(mail, options));
    if (outcome) return outcome;
    const reason = `no connection to ${this.name} was free in time`;
    return { kind: 'retry', reason, elsewhere: false, untried: true };
  }

  /** For a process that stops: what waits for a connection is put off, and another replica's. */
  refuseWaiting(): void {
    this.#connections.refuseWaiting();
  }

  async #try(mail: ComposedMail, options: TryOptions): Promise<Verdict> {
    if (!this.breaker.pass()) {
      const said = this.lastWords ? `: ${this.lastWords.text}` : '';
      return { kind: 'provider-down', reason: `${this.name} is shut off${said}`, refused: false, untried: true };
    }
    const triedAt = this.#clock.monotonic();
    const { to } = mail.envelope;
    const said = await this.transport.send(mail, options);
    const outcome = this.#judged({ ...said, reason: withoutMailbox(said.reason, to) }, to, triedAt);
    if (outcome.kind === 'retry' && outcome.unasked) {
      this.breaker.unused();
      return outcome;
    }
    // What we cut off ourselves, at a stop, says nothing of the provider; a half-open breaker waits for an answer.
    if (options.signal.aborted && this.breaker.state === 'closed') return outcome;
    if (outcome.kind === 'provider-down' || outcome.kind === 'unknown') {
      this.breaker.failed(outcome.kind === 'provider-down' && outcome.refused, outcome.runs !== undefined);
      this.#reports.failed(outcome.reason);
    } else this.breaker.succeeded();
    return outcome;
  }

  /**
   * In a run of refusals that is the provider's fault mails wait instead of failing, the probe included, until one is accepted. In one
   * of a single domain those to that domain wait, or go by another provider, and nobody there is suppressed for it. A first refusal
   * after accepted mails may be the recipient's, and is counted against the address.
   */
  #judged(outcome: Outcome, recipient: string, triedAt: number): Verdict {
    if (outcome.kind === 'accepted') return { ...outcome, runs: this.#accepted(recipient, triedAt) };
    if (outcome.kind === 'retry' && !outcome.unasked) return this.#putOffBy(outcome, recipient);
    const refused = outcome.kind === 'suppress' || (outcome.kind === 'fail' && outcome.refusal !== undefined);
    if (!refused) return outcome;
    const { first, all, ofDomain } = this.#runs.refused(recipient);
    const { reason } = outcome;
    const runs = [all, ofDomain];
    if (all.broken) return { kind: 'provider-down', reason: `${REFUSES_EVERYBODY}: ${reason}`, refused: true, runs };
    if (ofDomain.broken) {
      this.#reports.refusesDomain(domainOf(recipient), reason);
      return { kind: 'retry', reason: `${REFUSES_A_DOMAIN}: ${reason}`, elsewhere: true, runs };
    }
    return first || outcome.kind === 'suppress' ? { ...outcome, runs } : { ...outcome, refusal: 'policy', runs };
  }

  #accepted(recipient: string, triedAt: number): RefusalRun[] {
    this.#putOff = 0;
    this.#putOffs = new RefusalRun(SEVERAL_DOMAINS);
    const ended = this.#runs.accepted(recipient, triedAt);
    return ended ? [ended] : [];
  }

  /**
   * What is said for one recipient's server (450, a full mailbox) and then for many of several domains in a row is the provider's own: somebody
   * hears of it, and the mail may go by another.
   */
  #putOffBy(outcome: Extract<Outcome, { kind: 'retry' }>, recipient: string): Outcome {
    if (outcome.elsewhere) this.#putOff += 1;
    this.#putOffs.refused(recipient.toLowerCase(), domainOf(recipient), this.#clock.monotonic());
    const { broken } = this.#putOffs;
    if (this.#putOff >= PUT_OFF_IN_A_ROW || broken) this.#reports.failed(outcome.reason);
    return broken ? { ...outcome, elsewhere: true } : outcome;
  }
}

/** How often open breakers are looked at, in milliseconds. */
const WATCH_MS = 250;

/** The providers in the order they are preferred, and the watch that probes those that do not work. */
export class Providers {
  readonly all: readonly Provider[];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #warnings: RecurringWarnings;
  readonly #stop = new AbortController();
  #watching: Promise<unknown> | undefined;

  constructor(
    transports: readonly MailTransport[],
    clock: Clock,
    logger: Logger,
    breaker: BreakerOptions = DEFAULT_BREAKER,
  ) {
    this.#clock = clock;
    this.#logger = logger;
    this.#warnings = new RecurringWarnings({ logger, clock });
    this.all = transports.map((transport) => {
      const provider: Provider = new Provider(
        transport,
        new Breaker(clock, breaker),
        {
          failed: (reason) => this.#warn(provider, reason),
          refusesDomain: (domain, reason) => this.#warnOfDomain(provider, domain, reason),
        },
        clock,
      );
      return provider;
    });
  }

  /** The first that works, past `after` if given. */
  available(after?: Provider): Provider | undefined {
    const from = after === undefined ? 0 : this.all.indexOf(after) + 1;
    return this.all.slice(from).find(({ breaker }) => breaker.available);
  }

  byName(name: string | undefined): Provider | undefined {
    return this.all.find((provider) => provider.name === name);
  }

  /** The soonest that a provider, or the one that is named, will be probed again. */
  retryAt(name?: string): Date {
    const asked = name === undefined ? this.all : this.all.filter((provider) => provider.name === name);
    return new Date(Math.min(...asked.map(({ breaker }) => breaker.retryAt.getTime())));
  }

  /** Why none can be used, or not the one that is named: with what each said when it last did not work. */
  whyNone(name?: string): string {
    const asked = name === undefined ? this.all : this.all.filter((provider) => provider.name === name);
    const said = asked.flatMap((it) => (it.lastWords ? [`${it.name}: ${it.lastWords.text}`] : []));
    return `no mail provider works at the moment${said.length === 0 ? '' : ` (${said.join('; ')})`}`;
  }

  /** Throws when no provider can be used: the process cannot send. */
  check(): void {
    if (this.all.every(({ breaker }) => breaker.state === 'open')) {
      throw new Error(`no mail provider works: ${this.all.map(({ name }) => name).join(', ')}`);
    }
  }

  /** Connects to every provider without a mail, so that one that does not work is known and said; from then on those whose breaker is open are probed. */
  start(): void {
    this.#watching = Promise.all(this.all.map((provider) => this.#watch(provider, this.#stop.signal)));
  }

  /** As {@link Provider.refuseWaiting}, of all. */
  refuseWaiting(): void {
    for (const provider of this.all) provider.refuseWaiting();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  /** Each provider has its own watch: one that is slow to say no holds back no other's return. */
  async #watch(provider: Provider, signal: AbortSignal): Promise<void> {
    const { breaker } = provider;
    const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await Promise.race([this.#verify(provider), stopped]);
    while (!signal.aborted) {
      if (breaker.probeDue) {
        await Promise.race([this.#probe(provider), stopped]);
      }
      await this.#clock.sleep(WATCH_MS, signal).catch(() => undefined);
    }
  }

  async #verify(provider: Provider): Promise<void> {
    try {
      await provider.transport.verify();
    } catch (error) {
      provider.breaker.failed(true);
      this.#warn(provider, errorMessage(error));
    }
  }

  async #probe(provider: Provider): Promise<void> {
    try {
      await provider.transport.verify();
      provider.breaker.probed();
      this.#logger.info('the mail provider answers again', { provider: provider.name });
    } catch (error) {
      provider.breaker.stillDown();
      this.#warn(provider, errorMessage(error));
    }
  }

  #warnOfDomain({ name }: Provider, domain: string, reason: string): void {
    this.#warnings.warn(
      `${name} ${domain}`,
      'the mail provider refuses everybody at a domain; mails to it wait in the ledger',
      { provider: name, domain, reason: withoutAddresses(reason) },
    );
  }

  /** At once, then once a minute while it lasts: a provider that is down fails each mail and each probe. */
  #warn(provider: Provider, said: string): void {
    const { name, breaker } = provider;
    const reason = withoutAddresses(said);
    provider.lastWords = { text: reason, at: this.#clock.now() };
    this.#warnings.warn(name, 'the mail provider does not work; mails wait in the ledger', {
      provider: name,
      reason,
      breaker: breaker.state,
      ...(breaker.state === 'open' && { next_probe: breaker.retryAt.toISOString() }),
    });
  }
}
