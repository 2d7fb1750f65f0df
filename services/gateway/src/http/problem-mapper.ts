import { STATUS_CODES } from 'node:http';
import {
  CommitOutcomeUnknown,
  isRetryable,
  isUnavailable,
  type Logger,
  RecurringWarnings,
  SystemClock,
} from '@postern/runtime';
import { BLANK_TYPE, ProblemError } from './problem.ts';
import { InternalError, MalformedJson, OutcomeUnknown, platformProblems, Unavailable } from './problems.ts';
import type { RequestContext } from './route.ts';

const RETRY_SECONDS = '5';
/** A request's statuses for which the first kind of problem with that status says it well enough. */
const BY_STATUS = new Map(
  platformProblems
    .filter(({ status }) => status < 500)
    .map((problem) => [problem.status, problem] as const)
    .reverse(),
);

/** Makes a problem of whatever was thrown, in one place: for operations, Express and what a product adds to it. */
export class ProblemMapper {
  readonly #logger: Logger;
  /** An outage fails every request: a line for each would cost more than serving it. */
  readonly #warnings: RecurringWarnings;

  constructor(logger: Logger) {
    this.#logger = logger;
    this.#warnings = new RecurringWarnings({ logger, clock: new SystemClock() });
  }

  /** @param reads whether it was asked for by GET or HEAD: whatever became of that, it can be asked for again */
  problemOf(error: unknown, context: RequestContext, reads: boolean): ProblemError {
    if (error instanceof ProblemError) return error;
    const fields = { request_id: context.requestId, error };
    const unknown = error instanceof CommitOutcomeUnknown;
    if (unknown && !reads) {
      this.#logger.error('a request ended without an answer to its COMMIT', fields);
      return OutcomeUnknown.error({ headers: { 'retry-after': RETRY_SECONDS } });
    }
    // A transaction that lost against others five times has done nothing, and may do better later.
    if (unknown || isUnavailable(error) || isRetryable(error)) {
      const { name, code } = error as { name?: unknown; code?: unknown };
      this.#warnings.warn(`${name} ${code}`, 'a request failed because the database cannot be reached or used', fields);
      return Unavailable.error({ headers: { 'retry-after': RETRY_SECONDS } });
    }
    const refusal = refusalOf(error);
    if (refusal) return refusal;
    this.#logger.error('a request failed', { ...fields, traceparent: context.traceparent });
    return InternalError.error();
  }
}

/**
 * The errors of Express's own parts and its middleware (http-errors): a status of 400 to 499 is the client's fault, and the
 * message is for the client where `expose` is set.
 */
function refusalOf(error: unknown): ProblemError | undefined {
  const { status, expose, message } = (error ?? {}) as { status?: unknown; expose?: unknown; message?: unknown };
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 400 || status > 499) return undefined;
  // What a parser of bodies says quotes the body, which may hold a password.
  if (error instanceof SyntaxError) return MalformedJson.error({ cause: error });
  const said = expose === true && typeof message === 'string' ? { detail: message } : {};
  const kind = BY_STATUS.get(status);
  if (kind) return kind.error({ ...said, cause: error });
  const title = STATUS_CODES[status] ?? 'The request was refused';
  return new ProblemError({ ...said, type: BLANK_TYPE, status, title, cause: error });
}
