/** Different recipients refused in a row, with no mail accepted in between, whose own fault it is not. */
const REFUSED_IN_A_ROW = 5;

/** An address on the suppression list, and since when for this run's sake: what was there before has another reason. */
interface Suppressed {
  recipientHash: Buffer;
  since: Date;
}

/**
 * The recipients, of all or of one domain, that a provider has refused since it last accepted a mail to them, in whatever words and
 * under whatever code. Nobody can tell from one refusal whether the recipient is to blame or a relay that is set up wrong; from many
 * in a row one can. What was made of the first ones is taken back then.
 */
export class RefusalRun {
  /** By the monotonic clock, in milliseconds; undefined: there was none yet. */
  #beganAt: number | undefined;
  #since: Date | undefined;
  readonly #fromDomains: number;
  readonly #recipients = new Set<string>();
  readonly #domains = new Set<string>();
  readonly #suppressed = new Map<string, Suppressed>();

  /** @param fromDomains of how many domains the recipients have to be, before it is somebody else's fault */
  constructor(fromDomains: number) {
    this.#fromDomains = fromDomains;
  }

  /**
   * Notes a refusal. True: the run began with it, so that it may well be the recipient's fault.
   *
   * @param at by the monotonic clock
   * @param since what `since` is from now on, if the run begins with it
   */
  refused(recipient: string, domain: string, at: number, since?: Date): boolean {
    this.#beganAt ??= at;
    this.#since ??= since;
    // A few of them are enough to know: a provider that is wrong for a day must not fill the memory.
    if (this.#recipients.size < REFUSED_IN_A_ROW) this.#recipients.add(recipient);
    if (this.#domains.size < this.#fromDomains) this.#domains.add(domain);
    return this.#recipients.size === 1;
  }

  /**
   * Whether a mail that was accepted ends it. One whose try had begun before the first refusal may have had its recipient accepted
   * while all was well.
   *
   * @param triedAt when its try began, by the monotonic clock
   */
  endsBy(triedAt: number): boolean {
    return this.#beganAt === undefined || triedAt >= this.#beganAt;
  }

  /** What other replicas have suppressed since then at the same provider, they did for the same cause; undefined: that is not known. */
  get since(): Date | undefined {
    return this.#since;
  }

  /** Whether it is somebody else's fault than the recipients'. */
  get broken(): boolean {
    return this.#recipients.size >= REFUSED_IN_A_ROW && this.#domains.size >= this.#fromDomains;
  }

  /** Notes that an address was put on the suppression list for one of these refusals, or is about to be. */
  suppressed(recipientHash: Buffer, since: Date): void {
    const key = recipientHash.toString('hex');
    if (!this.#suppressed.has(key)) this.#suppressed.set(key, { recipientHash, since });
  }

  /** The addresses that have to be taken off the list again: each is handed out once, when it was not their fault. */
  toUndo(): Suppressed[] {
    if (!this.broken) return [];
    const taken = [...this.#suppressed.values()];
    this.#suppressed.clear();
    return taken;
  }
}
