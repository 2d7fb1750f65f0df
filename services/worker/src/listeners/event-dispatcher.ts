import type { Inbox } from '@postern/durable';
import type { Envelope, MessageDefinition } from '@postern/events';
import { traced } from '@postern/runtime';
import { PermanentError, type ReceivedMessage } from '@postern/sqs';
import type { MessageReader } from '../messages/patient-reader.ts';
import { read } from '../messages/read-message.ts';
import { HandlerPaused } from '../pauses/handler-paused.ts';
import { beforeItBegan, NotBegun } from '../policies/not-begun.ts';
import type { WorkMessage } from '../work-context.ts';
import type { Listener, ListenerContext } from './listen.ts';
import type { ListenerTries } from './listener-tries.ts';

/** Makes what a listener gets to work with, for one event. */
type ContextFor = (listener: Listener, event: Envelope, message: WorkMessage) => ListenerContext;

/** What of a message its dispatcher looks at. */
export type EventMessage = WorkMessage & Pick<ReceivedMessage, 'body' | 'noteFailure'>;

/** Hands each event of the `events` queue to its listeners, each once. */
export class EventDispatcher {
  readonly #listeners: ReadonlyMap<string, readonly Listener[]>;
  readonly #inbox: Inbox;
  readonly #contextFor: ContextFor;
  readonly #reader: MessageReader;
  readonly #tries: Pick<ListenerTries, 'unsuccessful'> | undefined;

  /**
   * @param tries keeps why a listener did not succeed, for traces
   * @throws Error when two listeners have the same name, or one listens to an event that is not in the catalog
   */
  constructor(
    listeners: readonly Listener[],
    inbox: Inbox,
    contextFor: ContextFor,
    reader: MessageReader,
    tries?: Pick<ListenerTries, 'unsuccessful'>,
  ) {
    checkListeners(listeners, reader.catalog);
    this.#listeners = Map.groupBy(listeners, ({ event }) => event.type);
    this.#inbox = inbox;
    this.#contextFor = contextFor;
    this.#reader = reader;
    this.#tries = tries;
  }

  /**
   * Runs the event's listeners side by side. One that fails does not keep the others from running; those that succeeded
   * are not run again when the message comes back for the one that failed.
   *
   * @returns the event's type
   * @throws PermanentError for a message that breaks its contract; otherwise the first listener's error
   */
  async handle(message: EventMessage): Promise<string> {
    const { envelope } = read(this.#reader, message.body);
    const { id, data, type } = envelope;
    const failures: unknown[] = [];
    await Promise.all(
      (this.#listeners.get(type) ?? []).map(async (listener) => {
        let began = false;
        const handle = () => {
          began = true;
          return listener.handle({ id, data, envelope }, this.#contextFor(listener, envelope, message));
        };
        try {
          const { signal } = message;
          await traced(`listener ${listener.name}`, {}, () => this.#inbox.once(listener.name, id, handle, { signal }));
        } catch (given) {
          const error = began ? given : beforeItBegan(given, listener.policies.tries);
          failures.push(error);
          message.noteFailure?.(listener.name, error);
          this.#tries?.unsuccessful(envelope, { listener: listener.name, attempt: message.attempt, error });
        }
      }),
    );
    // One that may succeed later outweighs one that never will: dead-lettering now would take its retry away. One that is paused, or has
    // not begun, outweighs both: the tries of the others must not end the message before it has had its first.
    const failure =
      failures.find((error) => error instanceof HandlerPaused || error instanceof NotBegun) ??
      failures.find((error) => !(error instanceof PermanentError)) ??
      failures[0];
    if (failures.length > 0) throw failure;
    return type;
  }
}

function checkListeners(listeners: readonly Listener[], catalog: readonly MessageDefinition[]): void {
  const names = new Set<string>();
  for (const { name, event } of listeners) {
    if (names.has(name)) throw new Error(`two listeners are named "${name}": rename one of them in src/listeners`);
    names.add(name);
    if (!catalog.includes(event)) throw new Error(`listener "${name}": ${event.type} is not in the catalog of events`);
  }
}
