import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from './message.ts';
import type { MessageSummary } from './store.ts';

interface MessagePage {
  total: number;
  unread: number;
  count: number;
  messages_count: number;
  messages_unread: number;
  start: number;
  tags: string[];
  messages: MessageSummary[];
}

/** Reads the playground's inbox or a Mailpit: both answer the same paths. */
export class MailCatcherClient {
  readonly #url: string;

  /** @param url such as `http://127.0.0.1:8025` */
  constructor(url: string) {
    this.#url = url.replace(/\/$/, '');
  }

  list(limit = 50): Promise<MessagePage> {
    return this.#get(`/api/v1/messages?limit=${limit}`);
  }

  search(query: string, limit = 50): Promise<MessagePage> {
    return this.#get(`/api/v1/search?query=${encodeURIComponent(query)}&limit=${limit}`);
  }

  message(id: string): Promise<Message> {
    return this.#get(`/api/v1/message/${id}`);
  }

  headers(id: string): Promise<Record<string, string[]>> {
    return this.#get(`/api/v1/message/${id}/headers`);
  }

  /**
   * Waits for the newest mail that a search finds and returns it in full.
   *
   * @throws Error after `timeoutMs` (10 s), saying what was waited for
   */
  async waitFor(query: string, timeoutMs = 10_000): Promise<Message> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const newest = (await this.search(query, 1)).messages[0];
      if (newest) return this.message(newest.ID);
      if (Date.now() > deadline) throw new Error(`No mail that matches "${query}" came within ${timeoutMs} ms.`);
      await sleep(20);
    }
  }

  async #get<T>(path: string): Promise<T> {
    const response = await fetch(this.#url + path);
    if (!response.ok) throw new Error(`The inbox answered ${response.status} to ${path}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}
