import { runtime } from './endpoint-request.ts';
import { type Field, sampleFields, typeFields } from './fields.ts';
import { type Names, tableOf } from './names.ts';
import type { Scaffold } from './scaffold.ts';

/** How often somebody may send something in an hour: what keeps the table of it from growing without end, and a mailbox from a mail for each request. */
export const MAX_PER_HOUR = 20;

/** A table's port, what is behind it, its fake, and a test of the operation over HTTP, on a database. */
export function storeScaffolds(
  { file: room }: Names,
  tableNames: Names,
  fields: readonly Field[],
  { path }: { path: string },
): Scaffold[] {
  const { file, pascal } = tableNames;
  const folder = `services/gateway/src/${room}`;
  const table = tableOf(tableNames);
  const columns = fields.map(({ name, stored }) => `${name}: ${stored?.(`row.${name}`) ?? `row.${name}`}`);
  // What comes out of every database as it went in.
  const shown = fields.filter(({ kind }) => ['string', 'integer', 'email', 'url'].includes(kind));
  return [
    {
      file: `${folder}/${file}-store.ts`,
      text: `import type { Transaction } from '${runtime}';

export interface ${pascal}Row {
  id: string;
  /** Whose it is. */
  user_id: string;
  ${typeFields(fields)}
}

/** Port: the table \`${table}\`. */
export abstract class ${pascal}Store {
  abstract add(tx: Transaction, row: ${pascal}Row): Promise<void>;
}
`,
    },
    {
      file: `${folder}/memory-${file}-store.ts`,
      text: `import type { Transaction } from '${runtime}';
import { type ${pascal}Row, ${pascal}Store } from './${file}-store.ts';

export class Memory${pascal}Store extends ${pascal}Store {
  readonly rows: ${pascal}Row[] = [];

  override async add(_tx: Transaction, row: ${pascal}Row): Promise<void> {
    this.rows.push(row);
  }
}
`,
    },
    {
      file: `${folder}/sql-${file}-store.ts`,
      text: `import { type Clock, idToBytes, type Transaction } from '${runtime}';
import { type ${pascal}Row, ${pascal}Store } from './${file}-store.ts';

export class Sql${pascal}Store extends ${pascal}Store {
  readonly #clock: Clock;

  constructor(clock: Clock) {
    super();
    this.#clock = clock;
  }

  override async add(tx: Transaction, row: ${pascal}Row): Promise<void> {
    const columns: Record<keyof ${pascal}Row, unknown> = { ${['id: idToBytes(row.id)', 'user_id: idToBytes(row.user_id)', ...columns].join(', ')} };
    await tx.sql('${table}').insert({ ...columns, created_at: this.#clock.now() });
  }
}
`,
    },
    {
      file: `services/gateway/test/${room}.test.ts`,
      text: `import { idToBytes } from '${runtime}';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { actingAs, signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await TestGateway.start();
});
afterAll(() => gateway.close());

it('keeps what somebody has sent as theirs, and nothing of what is not as described', async () => {
  const person = await signedIn(gateway);
  const client = actingAs(person);
  expect((await client.post('${path}', { nonsense: true })).status).toBe(422);
  expect((await client.post('${path}', { ${sampleFields(fields)} })).status).toBe(201);
  const rows = await gateway.database.sql('${table}').where({ user_id: idToBytes(person.id) });
  expect(rows).toMatchObject([{ ${sampleFields(shown)} }]);
});

it('keeps as many of one person as its limit lets through', async () => {
  const person = await signedIn(gateway);
  for (let n = 0; n < ${MAX_PER_HOUR + 5}; n++) await actingAs(person).post('${path}', { ${sampleFields(fields)} });
  const rows = await gateway.database.sql('${table}').where({ user_id: idToBytes(person.id) });
  expect(rows).toHaveLength(${MAX_PER_HOUR});
});
`,
    },
  ];
}
