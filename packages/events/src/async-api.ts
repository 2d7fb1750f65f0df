import { z } from 'zod';
import type { MessageDefinition } from './define.ts';
import type { Subscriber } from './define-subscriber.ts';
import { events, jobs } from './known.ts';
import { isForeign, QUEUES } from './queues.ts';
import { subscribers } from './subscribers.ts';

/** The data of a message as JSON Schema (draft 2020-12): what its readers accept. */
export function dataSchema({ schema }: Pick<MessageDefinition, 'schema'>): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>;
}

/**
 * Every message of the catalog as an AsyncAPI 3.0 document: a channel for each queue, an operation for what a service receives from
 * it, and each message as the CloudEvents envelope that its body is. There is nothing beside the catalog to be kept in step with it.
 *
 * What other teams are sent has a channel for each, and messages of its own (`shared.user.erased`): fewer fields, and no signature.
 *
 * @param version the release's
 */
export function describeMessages(
  version: string,
  others: readonly Subscriber[] = subscribers,
): Record<string, unknown> {
  const queues = QUEUES.filter((name) => !isForeign(name));
  const definitions = [...events, ...jobs];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Postern messages',
      version,
      description:
        'Events say what has happened, jobs what is to be done. Bodies are signed CloudEvents 1.0 in structured mode; delivery is at least once, and `id` stays the same.',
    },
    defaultContentType: 'application/cloudevents+json',
    channels: Object.fromEntries([
      ...queues.map((queue) => {
        const carried = definitions.filter((definition) => definition.queue === queue);
        return [
          queue,
          channel(
            queue,
            carried.map(({ type }) => type),
          ),
        ] as const;
      }),
      ...others.map(({ queue, events: heard }) => [queue, channel(queue, heard.map(sharedName))] as const),
    ]),
    operations: Object.fromEntries([
      ...queues.map((queue) => operation('receive', queue)),
      ...others.map(({ queue }) => operation('send', queue)),
    ]),
    components: {
      messages: Object.fromEntries([
        ...definitions.map((each) => [each.type, describe(each)] as const),
        ...others.flatMap((other) => other.events).map((each) => [sharedName(each), describeShared(each)] as const),
      ]),
    },
  };
}

function sharedName({ type }: MessageDefinition): string {
  return `shared.${type}`;
}

function channel(queue: string, messages: readonly string[]): Record<string, unknown> {
  return {
    address: `{prefix}${queue}`,
    parameters: { prefix: { description: 'QUEUE_PREFIX of the deployment.', default: 'postern-' } },
    messages: Object.fromEntries(messages.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
  };
}

function operation(action: 'receive' | 'send', queue: string) {
  return [`${action}-${queue}`, { action, channel: { $ref: `#/channels/${queue}` } }] as const;
}

function describe(definition: MessageDefinition): Record<string, unknown> {
  const { $schema: _, ...data } = dataSchema(definition);
  const mac = { type: 'string', description: 'The signature of the service that wrote it.' };
  return envelopeOf(definition, data, { mac });
}

function describeShared(definition: MessageDefinition): Record<string, unknown> {
  const { properties, required } = dataSchema(definition) as { properties: object; required?: string[] };
  const isShared = (name: string) => definition.shared.includes(name);
  return envelopeOf(definition, {
    type: 'object',
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => isShared(name))),
    required: (required ?? []).filter(isShared),
    additionalProperties: false,
  });
}

function envelopeOf(definition: MessageDefinition, data: object, signature: object = {}): Record<string, unknown> {
  return {
    name: definition.type,
    title: `${definition.type}, version ${definition.version}`,
    payload: {
      type: 'object',
      required: ['specversion', 'id', 'source', 'type', 'dataversion', 'time', 'data', ...Object.keys(signature)],
      properties: {
        specversion: { const: '1.0' },
        id: { type: 'string', format: 'uuid', description: 'The identity of the message, however often it comes.' },
        source: { enum: [...definition.writers] },
        type: { const: definition.type },
        dataversion: { const: definition.version },
        subject: { type: 'string', description: 'Whom or what it is about.' },
        time: { type: 'string', format: 'date-time' },
        traceparent: { type: 'string', description: 'W3C Trace Context.' },
        ...signature,
        data,
      },
    },
  };
}
