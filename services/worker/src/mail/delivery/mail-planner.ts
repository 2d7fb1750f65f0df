import type { Clock } from '@postern/runtime';
import type { MailOptions } from '../content/define-mail.ts';
import type { Change, LedgerEntry } from './ledger/ledger-entry.ts';
import type { MailState } from './ledger/states.ts';
import type { Provider } from './provider.ts';
import type { Providers } from './providers.ts';
import type { RateLimits } from './rate-limits.ts';
import { earlier, LONGEST_WAIT_MS } from './retry-rule.ts';
import type { OptOuts } from './suppression/opt-outs.ts';
import { letsSecurityMailPass } from './suppression/suppression-causes.ts';
import type { Suppressions } from './suppression/suppressions.ts';

/** Why a mail expires. */
export const NO_USE = 'it has expired';
/** Spreads the mails that a limit or a breaker held back. */
const SPREAD_MS = 1_000;

/** What a mail's definition says of whom it may be sent to. */
export type MailKind = Pick<MailOptions<unknown>, 'transactional' | 'security'>;

/** What is about to be sent, new or not. */
export interface Candidate {
  mail: string;
  kind: MailKind;
  recipientHash: Buffer;
  recipientDomain: string;
  expiresAt: Date;
  /** Past the first `unknown` a mail stays with the provider that may have it. */
  pinned?: string | undefined;
  /** The state of a mail that has to wait: what it was, `queued` for a new one. */
  waiting: 'queued' | 'deferred' | 'unknown';
}

/** Either a provider to send with, or why not now. */
export type Plan = { provider: Provider; change: Change } | { provider?: undefined; change: Change };

/** What says that a mail must not go to somebody. */
interface Unwanted {
  suppressions: Suppressions;
  optOuts: OptOuts;
}

/** Decides whether a mail may be sent now, and with whom. */
export class MailPlanner {
  readonly #providers: Providers;
  readonly #unwanted: Unwanted;
  readonly #rates: RateLimits;
  readonly #clock: Clock;

  constructor(providers: Providers, unwanted: Unwanted, rates: RateLimits, clock: Clock) {
    this.#providers = providers;
    this.#unwanted = unwanted;
    this.#rates = rates;
    this.#clock = clock;
  }

  async plan(mail: Candidate): Promise<Plan> {
    const { expiresAt, waiting, pinned } = mail;
    const now = this.#clock.now();
    if (expiresAt <= now) return { change: notSent(waiting, 'expired', NO_USE) };
    const unwanted = await this.#whyUnwanted(mail);
    if (unwanted) return { change: unwanted };
    const provider = pinned === undefined ? this.#providers.available() : this.#pinned(pinned);
    if (!provider) return { change: this.#wait(mail, this.#backAt(pinned), this.#providers.whyNone(pinned)) };
    const full = await this.#rates.take(provider.name, mail.recipientDomain);
    if (full) return { change: this.#wait(mail, full.at, `rate limit of ${full.limit}`) };
    return { provider, change: { state: 'sending', reason: `to ${provider.name}`, provider: provider.name } };
  }

  /** For a mail that more are before than can be sent in good time. */
  busy(mail: Candidate): Plan {
    const now = this.#clock.now();
    if (mail.expiresAt <= now) return { change: notSent(mail.waiting, 'expired', NO_USE) };
    return { change: this.#wait(mail, now, 'more mails are before it than there are connections') };
  }

  /** The provider that takes over from one that definitely failed, if there is one and its rate limit allows. */
  async next(failed: Provider): Promise<Provider | undefined> {
    const provider = this.#providers.available(failed);
    if (!provider || (await this.#rates.takeOfProvider(provider.name))) return undefined;
    return provider;
  }

  /** When a mail is looked at again whose provider was shut off between its plan and its try. */
  shutOffUntil({ unknowns, provider, expiresAt }: Pick<LedgerEntry, 'unknowns' | 'provider' | 'expiresAt'>): Date {
    return this.#held(this.#backAt(unknowns > 0 ? provider : undefined), expiresAt);
  }

  async #whyUnwanted(candidate: Candidate): Promise<Change | undefined> {
    const { suppressions, optOuts } = this.#unwanted;
    const { recipientHash, mail, kind } = candidate;
    const cause = await suppressions.causeOf(recipientHash);
    const goesOn = cause === undefined || (kind.security && letsSecurityMailPass(cause));
    if (!goesOn) return keptBack(candidate, 'the address is on the suppression list');
    if (!kind.transactional && (await optOuts.has(recipientHash, mail)))
      return keptBack(candidate, 'its recipient has unsubscribed from it');
    return undefined;
  }

  #pinned(name: string): Provider | undefined {
    const provider = this.#providers.byName(name);
    return provider?.available ? provider : undefined;
  }

  #backAt(pinned: string | undefined): Date {
    if (pinned === undefined || this.#providers.byName(pinned)) return this.#providers.retryAt(pinned);
    // It is not configured any more, here at least: waiting for it ends with the mail's expiry.
    return new Date(this.#clock.now().getTime() + LONGEST_WAIT_MS);
  }

  #wait({ waiting, expiresAt }: Candidate, at: Date, reason: string): Change {
    return { state: waiting, reason, dueAt: this.#held(at, expiresAt) };
  }

  #held(until: Date, expiresAt: Date): Date {
    const from = Math.max(until.getTime(), this.#clock.now().getTime());
    return earlier(new Date(from + (0.5 + Math.random()) * SPREAD_MS), expiresAt);
  }
}

/** Until it expires an operator may have it sent after all, so that its content is kept for as long. */
function keptBack({ waiting, expiresAt }: Candidate, why: string): Change {
  const change = notSent(waiting, 'suppressed', why);
  return change.state === 'suppressed' ? { ...change, dueAt: expiresAt } : change;
}

/** The end of a mail that does not go out; one whose fate is unknown stays so, whyever it is not sent again. */
export function notSent(waiting: Candidate['waiting'], state: MailState, why: string): Change {
  return waiting === 'unknown'
    ? { state: 'unknown', reason: `not sent again: ${why}` }
    : { state, reason: `not sent: ${why}` };
}
