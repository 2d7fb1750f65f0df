import type { z } from 'zod';

/** One answer that an operation documents, and so the type of the replies of its status. */
export interface ResponseDoc {
  description: string;
  /** What the body holds. With a `contentType` it only describes: the handler gives the text itself. */
  schema?: z.ZodType;
  example?: unknown;
  /** Of a body that the handler gives as text or bytes. Absent: JSON of `schema`; no `schema` either: no body (204). */
  contentType?: string;
  /** Documented response headers, name to description. */
  headers?: Record<string, string>;
  /** What may be done next with what this answer holds, by a name. */
  links?: Record<string, LinkDoc>;
}

/** OpenAPI's Link Object: values are runtime expressions such as `$response.body#/id`. */
interface LinkDoc {
  operationId: string;
  parameters?: Record<string, string>;
  requestBody?: unknown;
}

/** Statuses of answers that are not problems, and those with which a page explains one. */
type ReplyStatus = 200 | 201 | 202 | 204 | 303 | 400 | 403 | 409 | 410 | 422 | 429;

/** Answers by status. */
export type Responses = Readonly<Partial<Record<ReplyStatus, ResponseDoc>>>;

/** What a handler gives back, whatever its route. An object is sent as JSON; a string or bytes are sent as they are. */
export interface Reply {
  status: number;
  body?: unknown;
  /** Lower-case names; they win over the platform's own (security headers, `cache-control: no-store`). */
  headers?: Record<string, string>;
  /** Values of `Set-Cookie`, each a header of its own. Not for idempotent operations, whose replies are kept. */
  cookies?: readonly string[];
}

type BodyOf<Doc> = Doc extends { contentType: string }
  ? { body?: string | Uint8Array }
  : Doc extends { schema: infer Schema extends z.ZodType }
    ? { body: z.output<Schema> }
    : { body?: undefined };

/** Replies of idempotent operations are kept and given again, and a session must not come out of a repeat. */
type CookiesOf<Idempotent> = Idempotent extends true ? { cookies?: never } : Pick<Reply, 'cookies'>;

/** The replies that `R` documents: each of its statuses with the body of that status, and no other. */
export type ReplyOf<R extends Responses, Idempotent extends boolean = false> = {
  [Status in keyof R & ReplyStatus]: { status: Status } & BodyOf<R[Status]> &
    Pick<Reply, 'headers'> &
    CookiesOf<Idempotent>;
}[keyof R & ReplyStatus];
