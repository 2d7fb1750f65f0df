import type { ProblemKind } from './generated/operations.ts';
import type { FieldFault, Problem } from './generated/schema.ts';

/** An answer that was a refusal (RFC 9457). */
export class PosternProblem extends Error {
  override readonly name = 'PosternProblem';
  /** What to distinguish cases by: `wrong-password`, `validation-failed`, … `/problems/<kind>` explains each. */
  readonly kind: ProblemKind | 'unknown';
  readonly status: number;
  readonly title: string;
  readonly detail: string | undefined;
  /** What is wrong with which field, of `validation-failed`. */
  readonly errors: readonly FieldFault[];
  /** Quote it when you ask for help. */
  readonly requestId: string | undefined;
  /** In how many seconds to try again, where the answer says so. */
  readonly retryAfter: number | undefined;

  constructor(status: number, problem: Partial<Problem>, retryAfter?: number) {
    super(problem.detail ?? problem.title ?? `the server answered ${status}`);
    this.status = status;
    this.kind = (problem.type?.split('/problems/')[1] as ProblemKind | undefined) ?? 'unknown';
    this.title = problem.title ?? '';
    this.detail = problem.detail;
    this.errors = problem.errors ?? [];
    this.requestId = problem.request_id;
    this.retryAfter = retryAfter;
  }

  /** Reads it from an answer; what is not a problem (a proxy's page) becomes one of the kind `unknown`. */
  static async of(response: Response): Promise<PosternProblem> {
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    return new PosternProblem(response.status, json ? await problemIn(response) : {}, secondsOf(response));
  }
}

/** What somebody on the way calls JSON may be cut off, or no object. */
async function problemIn(response: Response): Promise<Partial<Problem>> {
  const body: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  return typeof body === 'object' && body !== null && typeof Object(body).type === 'string' ? body : {};
}

/** Retry-After in seconds (RFC 9110, 10.2.3: or a date). */
export function secondsOf(response: Response): number | undefined {
  const text = response.headers.get('retry-after');
  if (text === null) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - Date.now()) / 1_000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}
