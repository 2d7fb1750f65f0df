import { checkPolicies, type DataOf, type Envelope, type MessageDefinition, type Policies } from '@postern/events';
import type { ErasedPerson } from '../mail/delivery/ledger/forget-person.ts';
import type { ProviderEvent } from '../mail/delivery/provider-events/ses-notification.ts';
import type { OptOuts } from '../mail/delivery/suppression/opt-outs.ts';
import { inTry, type WorkContext } from '../work-context.ts';

/** What happened, as a listener gets it. */
interface ReceivedEvent<Data> {
  /** The event's id: the same each time it comes. */
  id: string;
  data: Data;
  envelope: Envelope<Data>;
}

export interface ListenerContext extends WorkContext {
  /** Forgets what the worker holds of a person. */
  forget(person: ErasedPerson): Promise<void>;
  /** Forgets an address that its person has no more; mail is kept from it as before. */
  forgetAddress(email: string): Promise<void>;
  /** Ends a mail that is not transactional for a recipient, who is known by the hash of the address, and has it sent again. */
  optOuts: Pick<OptOuts, 'add' | 'end'>;
  /** Writes down what a provider says became of a mail. */
  feedback(event: ProviderEvent, options: { lookAgainUntil: Date }): Promise<void>;
}

export interface Listener {
  readonly event: MessageDefinition;
  /** Its identity in the record of what was handled, and in the keys of its mails: for ever. */
  readonly name: string;
  readonly policies: Policies;
  handle(event: ReceivedEvent<unknown>, context: ListenerContext): Promise<void>;
}

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Does something when an event comes; list it in listeners/all.ts. It succeeds once an event: what it has done is
 * recorded, and an event that comes again passes it by. Should the process die in between it runs again, so it does one
 * thing only, and that under a key of its own (as `mail.queue` does).
 *
 * @example
 * export const sendOrderShipped = listen(OrderShipped, 'send-order-shipped', ({ data }, { mail }) =>
 *   mail.queue(OrderShippedMail, { to: data.email, data }));
 *
 * @param policies how the event is tried for this listener; its tries are counted for the event, whichever listener failed
 * @throws TypeError if the name is not lower case words joined by hyphens, or a policy cannot be kept
 */
export function listen<Event extends MessageDefinition>(
  event: Event,
  name: string,
  handle: (event: ReceivedEvent<DataOf<Event>>, context: ListenerContext) => Promise<void>,
  policies: Policies = {},
): Listener {
  if (!NAME.test(name)) throw new TypeError(`a listener's name is lower case words joined by hyphens, not "${name}"`);
  checkPolicies(name, policies);
  return {
    event,
    name,
    policies,
    // The dispatcher hands over data that the event's own schema has validated.
    handle: (received, context) => handle(received as ReceivedEvent<DataOf<Event>>, inTry(context)),
  };
}
