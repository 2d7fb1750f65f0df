import type { SQSClient } from '@aws-sdk/client-sqs';
import { findQueue } from './open-queues.ts';

/** URLs of queues by their full names; one that is missing is looked for again each time. */
export class FoundUrls {
  readonly #client: SQSClient;
  readonly #known = new Map<string, string>();

  constructor(client: SQSClient) {
    this.#client = client;
  }

  async of(queue: string): Promise<string | undefined> {
    const known = this.#known.get(queue);
    if (known !== undefined) return known;
    const url = await findQueue(this.#client, queue);
    if (url !== undefined) this.#known.set(queue, url);
    return url;
  }
}
