import { type DataOf, EnvelopeError, type EnvelopeReader, JobRequested } from '@postern/events';
import type { Clock, Logger } from '@postern/runtime';
import type { DeadLetter, OutgoingMessage } from '@postern/sqs';
import type { MailCatalog } from '../mail/content/mail-catalog.ts';
import { POSTERN } from '../operators/own-names.ts';
import type { LetterPlace, LetterRegister } from './letter-register.ts';
import { UNKNOWN_REASONS } from './letter-row.ts';
import { automaticIn } from './operation-row.ts';
import { type Operations, OperationUnderWayError } from './operations.ts';

/** Replicas that know something new start seldom; what an old one gives up beside them waits no longer than this. */
const EVERY_MS = 600_000;
/** Letters of an operation: their ids are in its row. */
const AT_ONCE = 900;
const LONGEST_ID = 64;
/** Letters of a reason that a look goes through; the next one goes on behind them. So those that nobody knows hide no others. */
const LOOKED_AT = 5_000;
/** Letters in memory at a time: each may be of a mebibyte. */
const PAGE = 20;

interface ParkedLettersParts {
  register: Pick<LetterRegister, 'list'>;
  operations: Pick<Operations, 'begin' | 'isOpen' | 'cancelledAt'>;
  /** What this release knows of each queue that it consumes. */
  readers: ReadonlyMap<string, Pick<EnvelopeReader, 'read'>>;
  mails: Pick<MailCatalog, 'find'>;
  /** Whether it knows a job with data of that version: what a service wants dispatched may be newer than the event that says so. */
  knowsJob: (type: string, version: number) => boolean;
  /** Throws for what an operation would pass over. */
  sendable: (letter: DeadLetter) => readonly OutgoingMessage[];
  clock: Clock;
  logger: Logger;
}

/**
 * Has dead letters be the parking place of what no replica knew for as long as it could wait (`WORKER_UNKNOWN_MS`): a replica whose release
 * knows it sends it back, when it starts and every ten minutes. So releases are deployed in any order within the 14 days that SQS
 * keeps a letter (docs/decisions/parked-letters.md).
 */
export class ParkedLetters {
  readonly #parts: ParkedLettersParts;
  /** Behind which letter the next look goes on, where one look was not enough. */
  readonly #places = new Map<string, LetterPlace>();

  constructor(parts: ParkedLettersParts) {
    this.#parts = parts;
  }

  /** Goes on until the signal. What fails is logged, and tried again next time. */
  async watch(stopping: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    while (!stopping.aborted) {
      await this.sendBack(stopping);
      await clock.sleep(EVERY_MS, stopping).catch(() => undefined);
    }
  }

  /** Begins an operation for what is known by now, queue by queue. How many letters they are about. */
  async sendBack(stopping?: AbortSignal): Promise<number> {
    let known = 0;
    for (const queue of this.#parts.readers.keys()) {
      if (stopping?.aborted) break;
      try {
        known += await this.#sendBack(queue, stopping);
      } catch (error) {
        if (error instanceof OperationUnderWayError) continue;
        const fields = { queue, error };
        this.#parts.logger.warn('dead letters cannot be looked through for what this release knows', fields);
      }
    }
    return known;
  }

  async #sendBack(queue: string, stopping: AbortSignal | undefined): Promise<number> {
    const { operations } = this.#parts;
    const alone = automaticIn(queue);
    // Also one that was stopped because its first letters died again: an operator decides about that.
    if (await operations.isOpen(alone)) return 0;
    // Those of an operation that somebody has cancelled stay: another one would begin with them ten minutes later.
    const since = await operations.cancelledAt(queue);
    const ids: string[] = [];
    for (const reason of UNKNOWN_REASONS)
      ids.push(...(await this.#known(queue, { reason, ...(since && { since }) }, stopping)));
    if (ids.length === 0) return 0;
    const some = ids.slice(0, AT_ONCE);
    await operations.begin(
      { operator: POSTERN, action: 'dead-letters.redrive', target: queue, kind: 'redrive', queue },
      { filter: { ids: some }, words: 'what this release knows by now', total: some.length, alone },
    );
    return some.length;
  }

  async #known(
    queue: string,
    filter: { reason: string; since?: Date },
    stopping: AbortSignal | undefined,
  ): Promise<string[]> {
    const place = `${filter.reason} ${queue}`;
    const found: string[] = [];
    for (let looked = 0; looked < LOOKED_AT && found.length < AT_ONCE && !stopping?.aborted; looked += PAGE) {
      const page = await this.#parts.register.list(queue, filter, { after: this.#places.get(place), limit: PAGE });
      for (const letter of page) if (this.#knows(letter)) found.push(letter.letterId);
      const last = page.at(-1);
      if (!last || page.length < PAGE) {
        this.#places.delete(place);
        break;
      }
      this.#places.set(place, { diedAt: last.diedAt, row: last.row });
    }
    return found;
  }

  #knows(letter: DeadLetter & { letterId: string }): boolean {
    const { queue, body, reason, letterId } = letter;
    if (letterId.length > LONGEST_ID) return false;
    try {
      const { envelope } = this.#parts.readers.get(queue)?.read(body) ?? {};
      if (!envelope || !this.#isSendable(letter)) return false;
      if (envelope.type === JobRequested.type) {
        const { job, job_version: version } = envelope.data as DataOf<typeof JobRequested>;
        return this.#parts.knowsJob(job, version);
      }
      if (reason !== 'unknown-mail') return true;
      const { mail } = (envelope.data ?? {}) as { mail?: unknown };
      return typeof mail === 'string' && this.#parts.mails.find(mail) !== undefined;
    } catch (error) {
      if (error instanceof EnvelopeError) return false;
      throw error;
    }
  }

  /** What an operation would pass over would be about nothing, again and again. */
  #isSendable(letter: DeadLetter): boolean {
    try {
      this.#parts.sendable(letter);
      return true;
    } catch {
      return false;
    }
  }
}
