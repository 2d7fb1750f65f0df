/** Things of one kind that have not happened yet. */
export interface Waiting {
  /** Where they wait: `outbox`, `mail`, `job`. */
  part: string;
  /** What they are: a message's type, a mail's name. */
  type: string;
  /** What they wait for, in words. */
  why: string;
  count: number;
  /** Since when the first of them waits. */
  oldest: Date;
  /** When the first of them is looked at again; undefined when that takes an operator, or is not known. */
  next?: Date | undefined;
}

/** Which of them are asked for. */
export interface WaitsQuery {
  /** Those about this person, by id. */
  user?: string | undefined;
  type?: string | undefined;
}

/** Those that have waited longest first. */
export function byAge(waiting: readonly Waiting[]): Waiting[] {
  return waiting.toSorted((one, other) => one.oldest.getTime() - other.oldest.getTime());
}
