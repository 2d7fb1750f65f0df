import { EnvelopeError, type EnvelopeReader } from '@postern/events';
import type { Clock, Logger } from '@postern/runtime';
import type { DeadLetter } from '@postern/sqs';
import type { MailCatalog } from '../mail/content/mail-catalog.ts';
import type { LetterRegister } from './letter-register.ts';
import type { Operations } from './operations.ts';

/** Who sends them back, in operations and in the audit: nobody asked for it. */
export const BY = 'postern';
/** Replicas that know something new start seldom; what an old one gives up beside them waits no longer than this. */
const EVERY_MS = 600_000;
/** Letters of an operation: their ids stand in its row. */
const AT_ONCE = 1_000;
const LONGEST_ID = 50;

/** Why a release gives up what another may know. */
const UNKNOWN = ['unknown-type', 'unknown-version', 'unknown-mail'] as const;

export interface ParkedLettersParts {
  register: Pick<LetterRegister, 'list'>;
  operations: Pick<Operations, 'begin' | 'isOpen'>;
  /** What this release knows of each queue that it consumes. */
  readers: ReadonlyMap<string, Pick<EnvelopeReader, 'read'>>;
  mails: Pick<MailCatalog, 'find'>;
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

  constructor(parts: ParkedLettersParts) {
    this.#parts = parts;
  }

  /** Goes on until the signal. What fails is logged, and tried again next time. */
  async watch(stopping: AbortSignal): Promise<void> {
    const { clock, logger } = this.#parts;
    while (!stopping.aborted) {
      await this.sendBack().catch((error: unknown) => {
        logger.warn('dead letters cannot be looked through for what this release knows', { error });
      });
      await clock.sleep(EVERY_MS, stopping).catch(() => undefined);
    }
  }

  /** Begins an operation for what is known by now, queue by queue. How many letters they are about. */
  async sendBack(): Promise<number> {
    const { operations, readers, register } = this.#parts;
    let known = 0;
    for (const queue of readers.keys()) {
      // Also one that was stopped because its first letters died again: an operator decides about that.
      if (await operations.isOpen('redrive', queue, BY)) continue;
      const letters: DeadLetter[] = [];
      for (const reason of UNKNOWN) letters.push(...(await register.list(queue, { reason }, { limit: AT_ONCE })));
      const ids = letters.filter((letter) => this.#knows(letter)).map(({ id }) => id);
      if (ids.length === 0) continue;
      const some = ids.slice(0, AT_ONCE);
      await operations.begin(
        { operator: BY, action: 'dead-letters.redrive', target: queue, kind: 'redrive', queue },
        { filter: { ids: some }, words: 'what this release knows by now', total: some.length },
      );
      known += some.length;
    }
    return known;
  }

  #knows({ id, queue, body, reason }: DeadLetter): boolean {
    if (id.length > LONGEST_ID) return false;
    try {
      const { envelope } = this.#parts.readers.get(queue)?.read(body) ?? {};
      if (reason !== 'unknown-mail') return envelope !== undefined;
      const { mail } = (envelope?.data ?? {}) as { mail?: unknown };
      return typeof mail === 'string' && this.#parts.mails.find(mail) !== undefined;
    } catch (error) {
      if (error instanceof EnvelopeError) return false;
      throw error;
    }
  }
}
