import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../repository.ts';
import type { Json } from './json-schema.ts';
import { type RecordedMessage, recordFile } from './message-contracts.ts';

const MESSAGES = 'packages/events/contracts';
const API = 'services/gateway/contracts/openapi.json';

/** The same with the keys of every object in alphabetical order. */
function sorted(node: Json): Json {
  if (Array.isArray(node)) return node.map(sorted);
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries<Json>(node)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, child]) => [name, sorted(child)]),
  );
}

/** What was released, as files of the repository. */
export class Records {
  readonly #root: string;

  constructor(root = repositoryRoot) {
    this.#root = root;
  }

  messages(): RecordedMessage[] {
    const folder = join(this.#root, MESSAGES);
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as RecordedMessage);
  }

  /** Undefined before the first release. */
  api(): Json {
    const file = join(this.#root, API);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  }

  /** @returns the file, from the repository's root */
  writeMessage(record: RecordedMessage): string {
    return this.#write(join(MESSAGES, recordFile(record)), record);
  }

  removeMessage(record: RecordedMessage): void {
    rmSync(join(this.#root, MESSAGES, recordFile(record)));
  }

  writeApi(document: Json): string {
    // In an order of its own: what is added or moved in the code moves nothing else here.
    return this.#write(API, sorted(document));
  }

  #write(file: string, content: unknown): string {
    mkdirSync(dirname(join(this.#root, file)), { recursive: true });
    writeFileSync(join(this.#root, file), `${JSON.stringify(content, undefined, 2)}\n`);
    return file;
  }
}
