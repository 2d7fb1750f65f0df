import { z } from 'zod';
import type { MessageDefinition } from './define.ts';
import { events, jobs } from './known.ts';
import { isForeign, QUEUES } from './queues.ts';

/** The data of a message as JSON Schema (draft 2020-12): what its readers accept. */
export function dataSchema({ schema }: Pick<MessageDefinition, 'schema'>): Record<string, unknown> {
  return z.toJSONSchema(schema, { io: 'input' }) as Record<string, unknown>;
}

/**
 * Every message of the catalog as an AsyncAPI 3.0 document: a channel for each queue, an operation for what a service receives from
 * it, and each message as the CloudEvents envelope that its body is. Nothing stands beside the catalog to be kept in step with it.
 *
 * @param version the release's
 */
export function describeMessages(version: string): Record<string, unknown> {
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
    channels: Object.fromEntries(
      queues.map((queue) => [
        queue,
        {
          address: `{prefix}${queue}`,
          parameters: { prefix: { description: 'QUEUE_PREFIX of the deployment.', default: 'postern-' } },
          messages: Object.fromEntries(
            definitions
              .filter((definition) => definition.queue === queue)
              .map(({ type }) => [type, { $ref: `#/components/messages/${type}` }]),
          ),
        },
      ]),
    ),
    operations: Object.fromEntries(
      queues.map((queue) => [`receive-${queue}`, { action: 'receive', channel: { $ref: `#/channels/${queue}` } }]),
    ),
    components: { messages: Object.fromEntries(definitions.map((each) => [each.type, describe(each)])) },
  };
}

function describe(definition: MessageDefinition): Record<string, unknown> {
  const { $schema: _, ...data } = dataSchema(definition);
  return {
    name: definition.type,
    title: `${definition.type}, version ${definition.version}`,
    payload: {
      type: 'object',
      required: ['specversion', 'id', 'source', 'type', 'dataversion', 'time', 'data', 'mac'],
      properties: {
        specversion: { const: '1.0' },
        id: { type: 'string', format: 'uuid', description: 'The identity of the message, however often it comes.' },
        source: { enum: [...definition.writers] },
        type: { const: definition.type },
        dataversion: { const: definition.version },
        subject: { type: 'string', description: 'Whom or what it is about.' },
        time: { type: 'string', format: 'date-time' },
        traceparent: { type: 'string', description: 'W3C Trace Context.' },
        mac: { type: 'string', description: 'The signature of the service that wrote it.' },
        data,
      },
    },
  };
}
