/** knex has no types for its insides. What is declared here is what `mysql-client.ts` and `statement-runner.ts` use of them (knex 3.3). */
declare module 'knex/lib/dialects/mysql2/index.js' {
  import type { Knex } from 'knex';

  export default class MysqlDialect extends (Object as unknown as new (config: Knex.Config) => Knex.Client) {
    connectionSettings: object;
    acquireRawConnection(): Promise<never>;
    destroyRawConnection(connection: never): Promise<unknown>;
    validateConnection(connection: never): boolean;
    _query(connection: never, statement: never): Promise<unknown>;
    query(connection: never, statement: never): Promise<unknown>;
    runner(builder: unknown): unknown;
  }
}

declare module 'knex/lib/execution/runner.js' {
  import type { Knex } from 'knex';

  export default class Runner {
    constructor(client: Knex.Client, builder: unknown);
    run(): Promise<unknown>;
  }
}
