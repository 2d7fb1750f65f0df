import type { Database } from '@postern/runtime';

/** A request as it was answered. */
export interface AnsweredRequest {
  /** Of its record; the newest has the greatest. */
  id: string;
  requestId: string;
  /** Where that is not what it is named after. */
  traceId: string | undefined;
  /** Who had signed in; known of what was refused or failed alone. */
  userId: string | undefined;
  /** When it began. */
  at: Date;
  tookMs: number;
  method: string;
  /** The pattern of its path, or `unmatched`. */
  route: string;
  status: number;
  /** Why it was refused or failed. */
  failure: string | undefined;
}

/** Which of those that have a record are asked for, the newest first. */
export interface RequestsQuery {
  /** What succeeded and changed something. */
  done?: boolean | undefined;
  /** 400 to 499, and the others. */
  refused: boolean;
  /** 500 and above. */
  failed: boolean;
  /** Answered since then; without it in the 24 hours before now or `before`, and of a person all that are kept. */
  since?: Date | undefined;
  /** Answered before then. */
  before?: Date | undefined;
  /** The pattern of their path. */
  route?: string | undefined;
  /** Refused or failed, of whoever has this id, or this address; what succeeded the audit log knows by its person. */
  person?: string | undefined;
  /** Those before the record of this id, for the next page. */
  below?: string | undefined;
  limit: number;
}

/** What one service has answered. */
export type RequestsLook = (database: Database, query: RequestsQuery) => Promise<AnsweredRequest[]>;
