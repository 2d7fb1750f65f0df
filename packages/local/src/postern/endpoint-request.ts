import type { Field } from './fields.ts';
import { type MessageFields, PERSON } from './message-fields.ts';
import type { Names } from './names.ts';
import type { Method } from './scaffold.ts';

/** An event or a job that an operation dispatches. */
export interface DispatchedMessage {
  kind: 'event' | 'job';
  names: Names;
  carries: MessageFields;
}

/** What an operation that changes something does with what it is sent. */
export interface EndpointRequest {
  method: Exclude<Method, 'GET'>;
  /** What its body has. */
  fields: readonly Field[];
  message?: DispatchedMessage | undefined;
  /** Where a row of it is kept. */
  table?: Names | undefined;
  about?: string | undefined;
}

/** Apart, as it is what the written file imports, and not this one. */
export const [testing, events, runtime] = ['@postern/events/testing', '@postern/events', '@postern/runtime'];

/** What the id of a new row is called: `order_id` where the event `order.placed` carries one, otherwise `id`. */
export function rowId({ message, table }: Pick<EndpointRequest, 'message' | 'table'>): string | undefined {
  if (!table) return undefined;
  const own = `${message?.names.type.split('.', 1)[0]}_id`;
  return message?.carries.own.some(({ name }) => name === own) ? own : 'id';
}

/** What dispatches a message is called, and where it is from. */
export function publisherOf({ kind }: DispatchedMessage) {
  return kind === 'event'
    ? {
        port: 'Events',
        name: 'events',
        token: 'EventPublisher',
        from: '../outbox/event-publisher.ts',
        fake: 'FakeEvents',
      }
    : { port: 'Jobs', name: 'jobs', token: 'JobPublisher', from: '../outbox/job-publisher.ts', fake: 'FakeJobs' };
}

/** The statements that dispatch, about the row's id where there is one. `given` is what the result of a job is kept in. */
export function dispatching(request: EndpointRequest, given = ''): string[] {
  const { message, fields } = request;
  if (!message) return [];
  const { carries } = message;
  const id = rowId(request);
  const personal = carries.person.map((name) => `${name}: user.${PERSON[name]}`);
  const whole = personal.length === Object.keys(PERSON).length;
  const kept = carries.own.some(({ name }) => name === id) ? [`${id}`] : [];
  // What was sent comes first: a field that is added to the body takes the place of nothing that is known of the person, whom the mail goes to.
  const data = [...sentOn(fields, carries), ...(whole ? ['...person'] : personal), ...kept];
  const [only = '', ...others] = data;
  // One that is passed on as it is.
  const argument = only.startsWith('...') && others.length === 0 ? only.slice(3) : `{ ${data.join(', ')} }`;
  const ids = sentOfMessage(fields, carries).filter(({ kind }) => kind === 'uuid');
  return [
    ...ids.map(({ name }) => `// Whoever is signed in may send any ${name}: look here whether it is theirs.`),
    ...(whole ? [`const person = { ${personal.join(', ')} };`] : []),
    `${given}await ${publisherOf(message).name}.dispatch(tx, ${message.names.pascal}, ${argument}, { traceparent });`,
  ];
}

/** What of the body a message carries: all of it, or some fields. */
function sentOn(fields: readonly Field[], carries: MessageFields): string[] {
  const carried = sentOfMessage(fields, carries);
  if (carried.length < fields.length) return carried.map(({ name }) => `${name}: body.${name}`);
  return carried.length > 0 ? ['...body'] : [];
}

function sentOfMessage(fields: readonly Field[], { own }: MessageFields): Field[] {
  return fields.filter(({ name }) => own.some((each) => each.name === name));
}
