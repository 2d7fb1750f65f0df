import { boundFaults, MAX_DETAIL } from './fault-list.ts';

/** Of a fault whose name is not one of ours but was sent: it may be anything, and is kept nowhere. No part of the answer, as no symbol is of JSON. */
export const MADE_UP = Symbol('a name that was sent');

/** One fault of one field: where it is (RFC 6901 pointer into the body, or the parameter's name) and what is wrong. */
export interface FieldFault {
  /** RFC 6901 JSON pointer into the request body: `/email`, `/address/0`, or '' for the body itself. */
  pointer?: string;
  /** Name of the query or path parameter, when the fault is not in the body. */
  parameter?: string;
  detail: string;
  [MADE_UP]?: true;
}

/** The type of a problem that its status says all of (RFC 9457, 4.2.1). */
export const BLANK_TYPE = 'about:blank';

/** What a problem says beside its type. */
interface ProblemDetails {
  /** About this occurrence. Never repeats what the caller sent: it may be a password. */
  detail?: string;
  /** The first 100, and of those 8 KB, are sent. */
  errors?: FieldFault[];
  /** Lower-case names, e.g. `retry-after`. */
  headers?: Record<string, string>;
  /** For our log only; never sent. */
  cause?: unknown;
}

interface ProblemFields extends ProblemDetails {
  status: number;
  /** Stable slug, sent as `${PUBLIC_URL}/problems/<type>`; or `about:blank`. */
  type: string;
  title: string;
}

/** An answer with a 4xx or 5xx status, sent as RFC 9457 `application/problem+json`. Throw it from anywhere in a handler. */
export class ProblemError extends Error {
  readonly status: number;
  readonly type: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: FieldFault[] | undefined;
  readonly headers: Record<string, string>;

  constructor(fields: ProblemFields) {
    super(fields.detail ?? fields.title, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.name = 'ProblemError';
    this.status = fields.status;
    this.type = fields.type;
    this.title = fields.title;
    this.detail = fields.detail?.slice(0, MAX_DETAIL);
    this.errors = fields.errors && boundFaults(fields.errors);
    this.headers = fields.headers ?? {};
  }
}

/** A kind of problem: one slug, one status, one title for ever, and the text that `/problems/<type>` shows. */
export interface ProblemType {
  readonly type: string;
  readonly status: number;
  readonly title: string;
  /** When it happens and what the caller should do, in one to three sentences. */
  readonly explanation: string;
  /** The id of the operation without which it cannot occur: where a gateway does not have that, the problem is not described. */
  readonly needs?: string;
  /** An error of this kind, to be thrown. */
  error(details?: ProblemDetails): ProblemError;
}

/**
 * Declares a kind of problem. A route that may answer with it names it in `problems`, which documents it in the
 * OpenAPI description and gives it its page under `/problems/`.
 */
export function defineProblem(definition: Omit<ProblemType, 'error'>): ProblemType {
  const { type, status, title } = definition;
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(type)) throw new TypeError(`problem type '${type}' is not a kebab-case slug`);
  return { ...definition, error: (details = {}) => new ProblemError({ ...details, type, status, title }) };
}
