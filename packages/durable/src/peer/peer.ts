import { boundedText, fetchFailure, type SecretRing } from '@postern/runtime';
import { z } from 'zod';
import { PeerError } from '../ask-elsewhere.ts';
import type { ScheduleReport } from '../jobs/schedule-store.ts';
import type { Moment } from '../trace/moment.ts';
import type { Waiting, WaitsQuery } from '../waits/waiting.ts';
import type { AnsweredRequest, RequestsQuery } from './answered-request.ts';
import { signQuestion } from './peer-mac.ts';
import { seal } from './peer-seal.ts';
import { requestsQuestion } from './requests-question.ts';

/** A page waits for it: the other service answers soon, or is left out. */
const TIMEOUT_MS = 5_000;
/** A trace has some hundred moments of some hundred bytes. */
const MAX_BYTES = 8 * 1024 * 1024;

const date = z.iso.datetime().transform((text) => new Date(text));
const moments: z.ZodType<Moment[]> = z.array(
  z.object({
    ...{ at: date, part: z.string(), what: z.string(), ids: z.record(z.string(), z.string()) },
    waits: z.boolean().exactOptional(),
  }),
);
const waiting: z.ZodType<Waiting[]> = z.array(
  z.object({
    part: z.string(),
    type: z.string(),
    why: z.string(),
    count: z.number(),
    oldest: date,
    next: date.optional(),
  }),
);

// What is undefined there is left out of JSON.
const order = { by: z.string(), at: date };
const schedules: z.ZodType<ScheduleReport[]> = z.array(
  z
    .object({
      ...{ name: z.string(), timing: z.string(), nextAt: date, skipped: z.number() },
      ...{ firedAt: date.optional(), doneAt: date.optional(), lastError: z.string().optional() },
      paused: z.object({ ...order, reason: z.string() }).optional(),
      asked: z.object(order).optional(),
    })
    .transform(({ firedAt, doneAt, lastError, paused, asked, ...rest }) => ({
      ...rest,
      ...{ firedAt, doneAt, lastError, paused, asked },
    })),
);

const requests: z.ZodType<AnsweredRequest[]> = z.array(
  z
    .object({
      ...{ id: z.string(), requestId: z.string(), at: date, tookMs: z.number(), method: z.string() },
      ...{ route: z.string(), status: z.number(), traceId: z.string().optional() },
      ...{ userId: z.string().optional(), failure: z.string().optional() },
    })
    .transform(({ traceId, userId, failure, ...rest }) => ({ ...rest, traceId, userId, failure })),
);

interface PeerOptions {
  /** The ops port of the other service, such as `http://gateway:3001`. */
  url: string;
  ring: SecretRing;
  now: () => Date;
}

/** Another service of ours, as far as operators ask it: neither reads the other's database. */
export class Peer {
  readonly #options: PeerOptions;

  constructor(options: PeerOptions) {
    this.#options = options;
  }

  /**
   * An address goes sealed: the ops port may be plain HTTP. Of that, one of a release from before knows nothing.
   *
   * @throws PeerError
   */
  trace(id: string): Promise<Moment[]> {
    const question: Record<string, string> = id.includes('@') ? { sealed: seal(this.#options.ring, id) } : { id };
    return this.#ask('/peer/trace', question, moments);
  }

  /** @throws PeerError */
  waits({ user, type }: WaitsQuery): Promise<Waiting[]> {
    return this.#ask(
      '/peer/waits',
      { ...(user !== undefined && { user }), ...(type !== undefined && { type }) },
      waiting,
    );
  }

  /** What it does by the clock. @throws PeerError */
  schedules(): Promise<ScheduleReport[]> {
    return this.#ask('/peer/schedules', {}, schedules);
  }

  /** What it has answered; an address goes sealed here, too. @throws PeerError */
  requests(query: RequestsQuery): Promise<AnsweredRequest[]> {
    return this.#ask('/peer/requests', requestsQuestion(query, this.#options.ring), requests);
  }

  async #ask<Answer>(path: string, query: Record<string, string>, schema: z.ZodType<Answer>): Promise<Answer> {
    const { url, ring, now } = this.#options;
    const question = `${path}?${new URLSearchParams(query)}`;
    try {
      const answer = await fetch(`${url}${question}`, {
        headers: { authorization: signQuestion(ring, question, now()) },
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (answer.status === 404) throw new Error('it has no PEER_KEY, or is of a release before this question');
      if (answer.status === 401) throw new Error('its PEER_KEY is another one, or its clock is more than a minute off');
      if (!answer.ok) throw new Error(`it answered ${answer.status}`);
      return schema.parse(JSON.parse(await boundedText(answer, MAX_BYTES)));
    } catch (error) {
      throw new PeerError(`${url} cannot be asked: ${fetchFailure(error)}`, { cause: error });
    }
  }
}
