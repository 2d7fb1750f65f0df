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
  readonly #clock: Pick<Clock, 'now'>;
  #all = new RefusalRun(SEVERAL_DOMAINS);
  readonly #domains = new Map<string, RefusalRun>();
  #acceptedAt = 0;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  /**
   * A mail was accepted: what was refused before may well have been the recipients' fault.
   *
   * @returns the run that has ended by it, if that was the provider's fault
   */
  accepted(recipient: string): RefusalRun | undefined {
    const ended = this.#all;
    this.#all = new RefusalRun(SEVERAL_DOMAINS);
    this.#acceptedAt = this.#clock.now().getTime();
    this.#domains.delete(domainOf(recipient));
    return ended.broken ? ended : undefined;
  }

  /** Notes a refusal. `first`: a run over all recipients began with it. */
  refused(recipient: string): { first: boolean; all: RefusalRun; ofDomain: RefusalRun } {
    const address = recipient.toLowerCase();
    const domain = domainOf(recipient);
    const ofDomain = this.#ofDomain(domain);
    ofDomain.refused(address, domain);
    this.#all.since ??= new Date(Math.max(this.#acceptedAt + 1, this.#clock.now().getTime() - SEEN_EARLIER_MS));
    return { first: this.#all.refused(address, domain), all: this.#all, ofDomain };
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
