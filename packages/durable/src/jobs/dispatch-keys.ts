import { createHash } from 'node:crypto';

/** A message and who works on it. */
export interface DispatchingWork {
  /** The message's id, or anything else of up to 100 characters that is the same at each try. */
  messageId: string;
  /** The handler's name: for ever, or what is tried meanwhile dispatches again. */
  handler: string;
}

/** What the keys begin with; those of jobs that are unique by themselves begin otherwise. */
export const DISPATCH_KEY = 'dispatched/';

/**
 * The keys of what one try of a handler dispatches. The next try makes the same keys, by which it is recognized: they tell what
 * is dispatched and, of things that are alike, which one. Not the place in the run: a list that was read anew in another
 * order would lose what is new in it.
 */
export class DispatchKeys {
  readonly #work: DispatchingWork;
  readonly #seen = new Map<string, number>();

  constructor(work: DispatchingWork) {
    this.#work = work;
  }

  /** @param content what is dispatched, as its schema takes it: it need not be JSON by itself */
  next(content: unknown): string {
    const { messageId, handler } = this.#work;
    const text = JSON.stringify([handler, content], toldApart);
    const alike = this.#seen.get(text) ?? 0;
    this.#seen.set(text, alike + 1);
    const digest = createHash('sha256').update(`${alike}/${text}`).digest('hex');
    return `${DISPATCH_KEY}${messageId}/${digest.slice(0, 32)}`;
  }
}

/** JSON has no integers beyond a double, and takes each Map and Set for an empty object. */
function toldApart(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  return value instanceof Map || value instanceof Set ? [...value] : value;
}
