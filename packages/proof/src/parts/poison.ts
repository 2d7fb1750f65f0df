import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { defineEvent, defineJob, EnvelopeWriter, GATEWAY, SendMail, UserRegistered, WORKER } from '@postern/events';
import { SecretRing } from '@postern/runtime';
import { FRAME_ENCODING, packFrame, WIRE } from '@postern/sqs';
import { z } from 'zod';
import type { ServiceSettings } from '../service-settings.ts';

type Queue = 'events' | 'mail' | 'jobs';

interface Poison {
  queue: Queue;
  body: string;
  attributes?: Record<string, string>;
  /** Dead letters that come of it; default 1. */
  letters?: number;
}

const anything = z.looseObject({});
const DEEP = 10_000;
/** What a frame may unpack to is less. */
const BOMB_BYTES = 17 * 2 ** 20;
const FUTURE = 99;
/** Definitions want one for each version before theirs. */
const upcasts = Object.fromEntries(Array.from({ length: FUTURE - 1 }, (_, n) => [n + 1, (data: unknown) => data]));
/** ElasticMQ takes a quarter of what SQS does. */
const LARGE_BYTES = 250_000;

/** Messages that no worker can handle, of every kind: broken, hostile, of another release, of another writer, and signed but wrong. */
export class PoisonSource {
  readonly #client: SQSClient;
  readonly #endpoint: string;
  readonly #kinds: Record<string, () => Poison>;

  constructor(endpoint: string, { gateway, worker }: ServiceSettings) {
    this.#endpoint = endpoint;
    const credentials = { accessKeyId: 'proof', secretAccessKey: 'proof' };
    this.#client = new SQSClient({ endpoint, region: 'us-east-1', credentials });
    this.#kinds = kinds(
      new EnvelopeWriter(GATEWAY, SecretRing.parse(gateway.GATEWAY_ENVELOPE_KEY ?? '')),
      new EnvelopeWriter(WORKER, SecretRing.parse(worker.WORKER_ENVELOPE_KEY ?? '')),
    );
  }

  get names(): string[] {
    return Object.keys(this.#kinds);
  }

  /** Sends one. How many dead letters have to come of it. */
  async send(name: string): Promise<number> {
    const { queue, body, attributes = {}, letters = 1 } = (this.#kinds[name] as () => Poison)();
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([key, StringValue]) => [key, { DataType: 'String', StringValue }]),
    );
    const QueueUrl = `${this.#endpoint}/000000000000/proof-${queue}`;
    await this.#client.send(new SendMessageCommand({ QueueUrl, MessageBody: body, MessageAttributes }));
    return letters;
  }

  close(): void {
    this.#client.destroy();
  }
}

function kinds(gateway: EnvelopeWriter, worker: EnvelopeWriter): Record<string, () => Poison> {
  const person = () => ({
    user_id: randomUUID(),
    email: 'eve@proof.example',
    first_name: 'Eve',
    last_name: 'X',
    locale: 'en',
  });
  const registered = defineEvent('user.registered', UserRegistered.version, anything);
  const signed = (data: Record<string, unknown>) => gateway.write(registered, data).body;
  const sound = () => signed({ ...person(), link_id: randomUUID() });
  const changed = (change: object) => JSON.stringify({ ...JSON.parse(sound()), ...change });
  const entry = (body: string) => ({ id: randomUUID(), type: 'user.registered', body, sentAt: Date.now() });
  const frame = (body: string): Poison => ({ queue: 'events', body, attributes: { [WIRE.encoding]: FRAME_ENCODING } });
  const event = (body: string, attributes?: Record<string, string>): Poison => ({
    ...{ queue: 'events', body },
    ...(attributes && { attributes }),
  });
  const job = (queue: Queue, type: string, data: Record<string, unknown>): Poison => ({
    queue,
    body: worker.write(defineJob(type, 1, anything, { queue }), data).body,
  });
  return {
    'no JSON': () => event('{"id": '),
    'no envelope': () => event('{}'),
    null: () => event('null'),
    'nested 10,000 deep': () => event('['.repeat(DEEP) + ']'.repeat(DEEP)),
    'a quarter of a megabyte': () => event('x'.repeat(LARGE_BYTES)),
    'a NUL escaped': () => event('"\\u0000"'),
    'half a surrogate pair': () => event('{"id":"\\ud800"}'),
    unsigned: () => event(changed({ mac: undefined })),
    'signed by nobody': () => event(changed({ mac: 'k.AAAA' })),
    'changed since it was signed': () => event(changed({ subject: 'somebody else' })),
    'of an unknown writer': () => event(changed({ source: 'mallory' })),
    'with __proto__': () => event(sound().replace('"data":{', '"data":{"__proto__":{"admin":true},')),
    'of an unknown type': () => event(gateway.write(defineEvent('proof.unknown', 1, anything), {}).body),
    'of a version to come': () =>
      event(gateway.write(defineEvent('user.registered', FUTURE, anything, { upcasts }), person()).body),
    'signed, without its data': () => event(signed({})),
    'signed, with data of other types': () => event(signed({ ...person(), email: { $ne: 1 } })),
    'on the wrong queue': () => ({ queue: 'jobs', body: sound() }),
    'an unknown encoding': () => event('{}', { [WIRE.encoding]: 'frame-9' }),
    'an attempt that is none': () => event(sound(), { [WIRE.attempt]: 'many' }),
    'a frame cut short': () => frame(packFrame([entry(sound()), entry(sound())]).slice(0, 40)),
    'a frame without base64': () => frame('!!!'),
    'a frame that unpacks to 17 MB': () => frame(packFrame([entry('x'.repeat(BOMB_BYTES))])),
    'two in a frame': () => ({ ...frame(packFrame([entry('{}'), entry('[]')])), letters: 2 }),
    'an unknown mail': () =>
      job('mail', SendMail.type, {
        key: randomUUID(),
        mail: 'no-such-mail',
        to: 'eve@proof.example',
        locale: 'en',
        data: {},
      }),
    'a mail without its data': () =>
      job('mail', SendMail.type, {
        key: randomUUID(),
        mail: 'verification',
        to: 'eve@proof.example',
        locale: 'en',
        data: {},
      }),
    'an unknown job': () => job('jobs', 'proof.job', {}),
  };
}
