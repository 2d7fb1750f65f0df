/** What can be paused: a queue, or one of the handlers of its messages. */
export interface Pausable {
  queue: string;
  /** A listener's name or a job's type; empty for the whole queue. */
  handler: string;
}

/** `events`, or `events/send-welcome`. */
export function nameOf({ queue, handler }: Pausable): string {
  return handler === '' ? queue : `${queue}/${handler}`;
}
