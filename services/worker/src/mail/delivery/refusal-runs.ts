import { domainOf } from '../ledger/recipient.ts';
import { RefusalRun } from './refusal-run.ts';

/** Domains whose runs are kept; the one that was refused longest ago is forgotten first. */
const MOST_DOMAINS = 1_000;

/**
 * The runs of refusals of one provider: over all recipients, and over those of each domain. A relay that wrongly takes itself for a
 * domain's own server says 5.1.1 to everybody there, between mails to others that it accepts.
 */
export class RefusalRuns {
  #all = new RefusalRun();
  readonly #domains = new Map<string, RefusalRun>();

  /** A mail was accepted: what was refused before may well have been the recipients' fault. */
  accepted(recipient: string): void {
    this.#all = new RefusalRun();
    this.#domains.delete(domainOf(recipient));
  }

  /** Notes a refusal. `first`: a run over all recipients began with it. */
  refused(recipient: string): { first: boolean; all: RefusalRun; ofDomain: RefusalRun } {
    const address = recipient.toLowerCase();
    const ofDomain = this.#ofDomain(domainOf(recipient));
    ofDomain.refused(address);
    return { first: this.#all.refused(address), all: this.#all, ofDomain };
  }

  #ofDomain(domain: string): RefusalRun {
    const run = this.#domains.get(domain) ?? new RefusalRun();
    this.#domains.delete(domain);
    this.#domains.set(domain, run);
    const [oldest] = this.#domains.keys();
    if (this.#domains.size > MOST_DOMAINS && oldest !== undefined) this.#domains.delete(oldest);
    return run;
  }
}
