import type { z } from 'zod';
import { checkPolicies, type Policies } from './policies.ts';
import type { QueueName } from './queues.ts';
import { GATEWAY, WORKER, type Writer } from './writers.ts';

export type MessageKind = 'event' | 'job';

/** Turns the data of the version before into this one's. */
type Upcast = (data: unknown) => unknown;

/** A message's contract: its name, the version of its data, and the schema both ends validate with. */
export interface MessageDefinition<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly kind: MessageKind;
  readonly type: Type;
  readonly version: number;
  readonly schema: Schema;
  /** The queue it goes over. */
  readonly queue: QueueName;
  /** `upcasts[n]` turns version n's data into version n + 1's. */
  readonly upcasts: Readonly<Record<number, Upcast>>;
  /** The services that may write it; a reader gives up what another one wrote. */
  readonly writers: readonly Writer[];
  /** The fields of an event's data that other teams may be sent; without any it stays inside. */
  readonly shared: readonly string[];
  /** How it is tried; a job's alone, as listeners of one event differ. */
  readonly policies: Policies;
  /** The key that at most one unfinished job of this type has, by its data. */
  uniqueBy?(data: unknown): string;
}

interface DefineOptions {
  upcasts?: Readonly<Record<number, Upcast>>;
  /** Default: events are the gateway's; jobs anybody's. */
  writers?: readonly Writer[];
}

interface EventOptions<Data = never> extends DefineOptions {
  /**
   * The fields of its data that may leave for other teams (`subscribers.ts`), as few as they need: whoever is sent an address has to forget
   * it, too. Without it no subscriber may have the event. What they are sent is a promise: a field goes only with a new version.
   */
  shared?: readonly (keyof Data & string)[];
}

export interface JobOptions<Data = never> extends DefineOptions, Policies {
  /** Default `jobs`. */
  queue?: QueueName;
  /**
   * At most one job of this type and this key waits or runs: what is dispatched beside it is not. Members of chains and batches are not
   * asked, and whoever dispatches with a key of its own goes by that.
   */
  uniqueBy?(data: Data): string;
}

const QUEUE_OF: Readonly<Record<MessageKind, QueueName>> = { event: 'events', job: 'jobs' };
const WRITERS: Readonly<Record<MessageKind, readonly Writer[]>> = { event: [GATEWAY], job: [GATEWAY, WORKER] };

/** The data of a definition, as a handler receives it. */
export type DataOf<Definition extends MessageDefinition> = z.infer<Definition['schema']>;

const TYPE = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$/;

function define<Type extends string, Schema extends z.ZodType>(
  kind: MessageKind,
  type: Type,
  version: number,
  schema: Schema,
  {
    upcasts = {},
    writers = WRITERS[kind],
    queue = QUEUE_OF[kind],
    uniqueBy,
    shared = [],
    ...policies
  }: JobOptions<z.input<Schema>> & EventOptions<z.input<Schema>> = {},
): MessageDefinition<Type, Schema> {
  if (!TYPE.test(type)) throw new TypeError(`"${type}" is not a message type: expected noun.verb in lower case`);
  for (let from = 1; from < version; from++) {
    if (!upcasts[from]) throw new TypeError(`${type} is at version ${version} and has no upcast from version ${from}`);
  }
  checkPolicies(type, policies);
  const unique = uniqueBy ? { uniqueBy: (data: unknown) => uniqueBy(data as z.input<Schema>) } : {};
  return { kind, type, version, schema, queue, upcasts, writers, shared, policies, ...unique };
}

/**
 * Something that has happened, published to whoever listens. The type is a noun and a verb in the past (`order.shipped`).
 * When the data changes in a way that old consumers cannot read, raise the version and say how to upcast the old.
 *
 * @throws TypeError when the type is malformed or a version lacks its upcast
 */
export function defineEvent<Type extends string, Schema extends z.ZodType>(
  type: Type,
  version: number,
  schema: Schema,
  options?: EventOptions<z.input<Schema>>,
): MessageDefinition<Type, Schema> {
  return define('event', type, version, schema, options);
}

/**
 * Something to be done by exactly one handler (`mail.send`). Versions and upcasts as with events.
 *
 * @example
 * defineJob('avatar.resize', 1, schema, { tries: 5, backoff: [10, 60, 600], timeout: 15, rate: { max: 100, seconds: 60 } })
 * @throws TypeError as `defineEvent`, and for policies that cannot be kept
 */
export function defineJob<Type extends string, Schema extends z.ZodType>(
  type: Type,
  version: number,
  schema: Schema,
  options?: JobOptions<z.input<Schema>>,
): MessageDefinition<Type, Schema> {
  return define('job', type, version, schema, options);
}
