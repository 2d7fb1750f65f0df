/** What a copy of a message remembers of the message that it stands for; SQS has times and counts of the copy alone. */
export interface History {
  /** When the message was first sent, in milliseconds since 1970. */
  sentAt: number;
  /** When a handler could first have had it: when it was sent, or the end of its first delay. */
  dueAt: number;
  /** When it was first received. */
  firstAt: number;
  /** How often its handler said that it is to wait. */
  waits: number;
  /** It may be what its consumer died of: it runs with no other beside it. */
  alone: boolean;
}

/** `1767225600000/1767225600000/1767225601000/3`, and `/alone`. */
export function historyText({ sentAt, dueAt, firstAt, waits, alone }: History): string {
  return [sentAt, dueAt, firstAt, waits, ...(alone ? ['alone'] : [])].join('/');
}

/** Undefined for what is none. */
export function readHistory(text: string): History | undefined {
  const match = /^(\d{1,15})\/(\d{1,15})\/(\d{1,15})\/(\d{1,9})(\/alone)?$/.exec(text);
  if (!match) return undefined;
  const [sentAt = 0, dueAt = 0, firstAt = 0, waits = 0] = match.slice(1, 5).map(Number);
  return { sentAt, dueAt, firstAt, waits, alone: match[5] !== undefined };
}
