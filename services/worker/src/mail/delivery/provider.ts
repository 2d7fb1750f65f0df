import { type Clock, withoutMailbox } from '@postern/runtime';
import type { Breaker } from '../../policies/breaker.ts';
import { Semaphore } from '../../policies/semaphore.ts';
import { domainOf } from './ledger/recipient.ts';
import { RefusalRun } from './refusal-run.ts';
import { RefusalRuns, SEVERAL_DOMAINS } from './refusal-runs.ts';
import { Silence } from './silence.ts';
import type { ComposedMail, MailTransport, Outcome, TryOptions } from './transports/mail-transport.ts';

/** Why mails wait while a run of refusals is the provider's fault. */
const REFUSES_EVERYBODY = 'it refuses one recipient after the other';
const REFUSES_A_DOMAIN = 'it refuses one recipient of the domain after the other';
/** Why they wait while it hangs. */
const ANSWERS_NOBODY = 'it has taken as many mails as it has connections, and answers none of them';
/** When mails that wait for one that hangs are looked at again, in milliseconds: it does not say when it goes on. */
const LOOK_AGAIN_MS = 10_000;

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
  readonly #silence: Silence;
  /** Whether a mail had no connection in time because nobody was answered, and nobody was since. */
  #fellSilent = false;
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
    this.#silence = new Silence(clock, transport.longestTryMs);
  }

  get name(): string {
    return this.transport.name;
  }

  /**
   * Whether all its connections wait for answers that do not come. Each of their mails goes on waiting, as the server may have it, while the others go by
   * another provider. One connection that comes free is enough to try it again.
   */
  get hangs(): boolean {
    return this.#fellSilent && this.#connections.full;
  }

  /** For whoever looks for the reason why mails wait. */
  get state(): string {
    return this.hangs ? 'hanging' : this.breaker.state;
  }

  /** Whether a mail may be meant for it now. */
  get available(): boolean {
    return this.breaker.available && !this.hangs;
  }

  /** When it is worth another look. */
  get retryAt(): Date {
    const { retryAt } = this.breaker;
    return this.hangs ? new Date(Math.max(retryAt.getTime(), this.#clock.now().getTime() + LOOK_AGAIN_MS)) : retryAt;
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
    if (!this.#silence.isLong) return { kind: 'retry', reason, elsewhere: false, untried: true };
    this.#fellSilent = true;
    this.reportHanging();
    return { kind: 'provider-down', reason: `${reason}: ${ANSWERS_NOBODY}`, refused: false, untried: true };
  }

  /** Said again for as long as it hangs: meanwhile there is no try that would report it. */
  reportHanging(): void {
    if (this.hangs) this.#reports.failed(ANSWERS_NOBODY);
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
    const said = await this.transport.send(mail, options).finally(this.#silence.begins());
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
    } else this.#answered();
    return outcome;
  }

  #answered(): void {
    this.breaker.succeeded();
    this.#silence.answered();
    this.#fellSilent = false;
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
