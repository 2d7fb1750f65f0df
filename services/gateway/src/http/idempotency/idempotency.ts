import type { Clock, Database, Logger, Transaction } from '@postern/runtime';
import { IdempotencyKeyReused, InvalidIdempotencyKey, RequestInFlight } from '../problems.ts';
import type { ProblemError, Reply } from '../route.ts';
import type { IdempotencyStore } from './idempotency-store.ts';
import type { ReplyVault } from './reply-vault.ts';

/** How long a repeat waits for the first request's answer before it gets a 409, and how often it looks. */
const WAIT_MS = 10_000;
const FIRST_LOOK_MS = 20;
const SLOWEST_LOOK_MS = 250;
/** Visible ASCII characters at most. */
export const MAX_KEY = 255;
export const KEY_PATTERN = '^[!-~]+$';
const KEY = new RegExp(KEY_PATTERN);
const REPLAYED = { 'idempotency-replayed': 'true' };

type RunTransaction = (work: (tx: Transaction) => Promise<Reply>) => Promise<Reply>;

interface IdempotentRequest {
  /** Route and caller. */
  scope: readonly string[];
  key: string;
  /** What was sent: the body, with the query where the route takes one. */
  body: unknown;
  signal: AbortSignal;
  /** With what it would be refused by what is known already: then a key that is new is not written down, and no flood has the database write. */
  refusal: () => ProblemError | undefined;
}

/**
 * The Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header): the same key and body get the same answer for 24
 * hours. A repeat that comes while the first is at work waits for its answer. What changed nothing (a problem) is not
 * kept: the key is free again, so that a corrected request may use it.
 */
export class Idempotency {
  readonly #store: IdempotencyStore;
  readonly #vault: ReplyVault;
  readonly #clock: Clock;
  readonly #logger: Logger;

  constructor(store: IdempotencyStore, vault: ReplyVault, clock: Clock, logger: Logger) {
    this.#store = store;
    this.#vault = vault;
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * Runs `work` unless its answer is there already.
   *
   * @param work is given the `transaction` that stores the answer with what it changes
   * @throws ProblemError 422 for a key that came with another body, 409 when the first one is still at work
   */
  async run(
    database: Database,
    request: IdempotentRequest,
    work: (transaction: RunTransaction) => Promise<Reply>,
  ): Promise<Reply> {
    const { id, bodyHash, replyKey } = this.#vault.fingerprint(request.scope, request.key, request.body);
    const refusal = request.refusal();
    if (refusal && !(await this.#store.isTaken(id))) throw refusal;
    const standing = await this.#settle(id, bodyHash, request.signal);
    if (standing.state === 'answered') {
      const reply = this.#vault.open(standing.reply, replyKey);
      return { ...reply, headers: { ...reply.headers, ...REPLAYED } };
    }
    const { claim } = standing;
    let stored: Reply | undefined;
    try {
      const reply = await work(async (run) => {
        stored = await database.transaction(async (tx) => {
          const result = await run(tx);
          await this.#store.answer(tx, id, claim, this.#vault.seal(result, replyKey));
          return result;
        });
        return stored;
      });
      if (!stored) await this.#store.answer(database, id, claim, this.#vault.seal(reply, replyKey));
      return stored ?? reply;
    } catch (error) {
      await this.#release(id, claim);
      throw error;
    }
  }

  async #settle(id: Buffer, bodyHash: Buffer, signal: AbortSignal) {
    const deadline = this.#clock.monotonic() + WAIT_MS;
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 2, SLOWEST_LOOK_MS)) {
      const now = this.#clock.now().getTime();
      const standing = await this.#store.claim(id, bodyHash, now);
      if (standing.state === 'claimed' || standing.state === 'answered') return standing;
      if (standing.state === 'other-body') throw IdempotencyKeyReused.error();
      if (this.#clock.monotonic() >= deadline) throw RequestInFlight.error({ headers: { 'retry-after': '5' } });
      await this.#clock.sleep(waitMs, signal);
    }
  }

  async #release(id: Buffer, claim: Buffer): Promise<void> {
    try {
      await this.#store.release(id, claim);
    } catch (error) {
      // The lease frees the key then; the request's own error is what the caller must hear of.
      this.#logger.warn('an Idempotency-Key could not be freed; its lease will', { error });
    }
  }
}

/**
 * The key of a request: bare, or as a structured-field string in quotes.
 *
 * @throws ProblemError 400 when it is empty, longer than 255 characters, or has other than visible ASCII characters
 */
export function readIdempotencyKey(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = Array.isArray(header) ? header.join(',') : header;
  const key = /^".+"$/.test(text) ? text.slice(1, -1) : text;
  if (key === '') throw InvalidIdempotencyKey.error({ detail: 'It is empty; send 1 to 255 characters.' });
  if (key.length > MAX_KEY) {
    throw InvalidIdempotencyKey.error({ detail: `It has ${key.length} characters; send 1 to ${MAX_KEY}.` });
  }
  if (!KEY.test(key)) {
    const detail = 'It has a character that is not visible ASCII, such as a space, or the header came twice.';
    throw InvalidIdempotencyKey.error({ detail });
  }
  return key;
}
