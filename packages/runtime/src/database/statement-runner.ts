import type { Knex } from 'knex';
import Runner from 'knex/lib/execution/runner.js';

/** The parts of knex's client and builders that are used here. */
interface Client {
  acquireConnection(): Promise<unknown>;
  releaseConnection(connection: unknown): void;
  query(connection: unknown, statement: unknown): Promise<unknown>;
  processResponse(answer: unknown, runner: StatementRunner): unknown;
}
interface Builder {
  /** Of what builds one statement; what builds a schema has none. */
  _method?: string;
  isRawInstance?: boolean;
  _timeout?: number;
  _connection?: unknown;
  toSQL(): unknown;
}

/**
 * Runs what was built as one statement. knex's own runner reports each by nine events and a dozen promises, which nobody here waits for and
 * which cost more than building it. The event `query` remains: the client emits it.
 */
export class StatementRunner extends Runner {
  readonly #client: Client;
  readonly #builder: Builder;

  constructor(client: Knex.Client, builder: unknown) {
    super(client, builder);
    this.#client = client as unknown as Client;
    this.#builder = builder as Builder;
  }

  override async run(): Promise<unknown> {
    const [client, builder] = [this.#client, this.#builder];
    const single = builder._method !== undefined || builder.isRawInstance === true;
    if (!single || builder._timeout !== undefined || builder._connection !== undefined) return super.run();
    const statement = builder.toSQL();
    const connection = await client.acquireConnection();
    try {
      return client.processResponse(await client.query(connection, statement), this);
    } finally {
      client.releaseConnection(connection);
    }
  }
}
