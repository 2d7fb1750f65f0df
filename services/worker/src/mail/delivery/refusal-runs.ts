import type { Clock } from '@postern/runtime';
import { domainOf } from './ledger/recipient.ts';
import { RefusalRun } from './refusal-run.ts';

/** Domains whose runs are kept; the one that was refused longest ago is forgotten first. */
const MAX_DOMAINS = 1_000;
/**
 * Of how many domains the recipients refused in a row are, when it is the provider's fault. Five dead addresses of one domain in a
 * row come about without it: somebody signs up with what they make up, a company closes its accounts.
 */
export const SEVERAL_DOMAINS = 3;
/** Another replica may have met what is wrong so much earlier, in milliseconds. */
const SEEN_EARLIER_MS = 60_000;

/**
 * The runs of refusals of one provider: over recipients of several domains, and over those of each domain. A relay that wrongly takes itself for a
 * domain's own server says 5.1.1 to everybody there, between mails to others that it accepts.
 */
export class RefusalRuns {
  readonly #clock: Pick<Clock, 'now' | 'monotonic'>;
  #all = new RefusalRun(SEVERAL_DOMAINS);
  readonly #domains = new Map<string, RefusalRun>();
  /** When the provider was right, as far as is known: a mail that it accepted was begun then. */
  #rightAt = 0;

  constructor(clock: Pick<Clock, 'now' | 'monotonic'>) {
    this.#clock = clock;
  }

  /**
   * A mail was accepted: what was refused before its try began may well have been the recipients' fault.
   *
   * @param triedAt when its try began, by the monotonic clock
   * @returns the run that has ended by it, if that was the provider's fault
   */
  accepted(recipient: string, triedAt: number): RefusalRun | undefined {
    const domain = domainOf(recipient);
    if (this.#domains.get(domain)?.endsBy(triedAt)) this.#domains.delete(domain);
    const ended = this.#all;
    if (!ended.endsBy(triedAt)) return undefined;
    this.#all = new RefusalRun(SEVERAL_DOMAINS);
    this.#rightAt = this.#clock.now().getTime() - (this.#clock.monotonic() - triedAt);
    return ended.broken ? ended : undefined;
  }

  /** Notes a refusal. `first`: a run over all recipients began with it. */
  refused(recipient: string): { first: boolean; all: RefusalRun; ofDomain: RefusalRun } {
    const address = recipient.toLowerCase();
    const domain = domainOf(recipient);
    const ofDomain = this.#ofDomain(domain);
    const at = this.#clock.monotonic();
    ofDomain.refused(address, domain, at);
    const since = new Date(Math.max(this.#rightAt + 1, this.#clock.now().getTime() - SEEN_EARLIER_MS));
    return { first: this.#all.refused(address, domain, at, since), all: this.#all, ofDomain };
  }

  #ofDomain(domain: string): RefusalRun {
    const run = this.#domains.get(domain) ?? new RefusalRun(1);
    this.#domains.delete(domain);
    this.#domains.set(domain, run);
    const [oldest] = this.#domains.keys();
    if (this.#domains.size > MAX_DOMAINS && oldest !== undefined) this.#domains.delete(oldest);
    return run;
  }
}
