import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import type { ServiceName } from '../repository.ts';
import type { Field } from './fields.ts';
import { type Names, tableOf } from './names.ts';
import { isPersonalColumn } from './personal-column.ts';
import { appended, type Edit, imported, type Scaffold, sectionLine } from './scaffold.ts';
import { cell, sentence } from './source-text.ts';

/** Where the gateway has what it forgets of a person. */
export const PERSONAL_TABLES = 'services/gateway/src/accounts/privacy/personal-tables.ts';

export interface TableOptions {
  service: ServiceName;
  fields?: readonly Field[];
  about?: string | undefined;
  /** Whether it has a column `user_id` besides its fields. */
  owned?: boolean;
  /** What keeps it from growing. */
  bound?: string;
}

/** A step of a service's schema that makes a table, with its line in docs/data.md and in the test that asks what bounds each table. */
export function migrationScaffold(
  names: Names,
  root: string,
  {
    service,
    fields = [],
    about,
    owned = false,
    bound = 'describe here what keeps it from growing for ever',
  }: TableOptions,
): Scaffold {
  const { file, camel } = names;
  const table = tableOf(names);
  const folder = `services/${service}/migrations`;
  const index = `${folder}/index.ts`;
  const tests = `services/${service}/test/table-bounds.test.ts`;
  requireNewTable(table, root);
  const personal = service === 'gateway' ? personalColumns(fields, owned) : [];
  const columns = fields.map(
    ({ name, column }) => `${column(name)}.notNullable()${personal.includes(name) ? '.index()' : ''};`,
  );
  if (owned) columns.unshift("idColumn(table, 'user_id').notNullable().index();");
  return {
    file: `${folder}/${file}.ts`,
    text: `import { idColumn, type Migration, timeColumn } from '@postern/runtime';

/** ${sentence(about, 'Describe here what a row is.')} A migration that has run anywhere is history: change the table with another one. */
export const ${camel}: Migration = {
  name: '${nextNumber(join(root, folder))}-${file}',
  up: async (knex) => {
    await knex.schema.createTable('${table}', (table) => {
      idColumn(table, 'id').primary();
${columns.map((line) => `      ${line}\n`).join('')}      timeColumn(table, 'created_at').notNullable();
    });
  },
};
`,
    edits: [
      imported(index, camel, `./${file}.ts`),
      appended(index, `  ${camel},`, /^export const migrations/, '];'),
      appended(
        tests,
        service === 'gateway' ? `  ${table}: fixed('${bound}'),` : `  ${table}: { bound: '${bound}' },`,
        /^const BOUNDS/,
        '};',
      ),
      sectionLine(
        'docs/data.md',
        `| \`${table}\` | ${service} | ${personal.length > 0 ? 'personal' : 'operational'} | ${cell(about ?? 'describe here what a row is')} | ${personal.length > 0 ? 'until the person is erased' : 'for how long'} |`,
        { start: '## Tables', end: /^## /, row: /^\| `/ },
      ),
      ...personal.map((column) => erased(table, column)),
    ],
  };
}

/** The columns that say whose a row is. @throws Fault for one that holds no id: nobody could be found by it when they are erased */
export function personalColumns(fields: readonly Field[], owned: boolean): string[] {
  const own = fields.filter(({ name }) => isPersonalColumn(name));
  const other = own.find(({ kind }) => kind !== 'uuid');
  if (other) {
    throw new Fault(
      `${other.name} says whose a row is, and is a ${other.kind}: make it ${other.name}:uuid, or call it otherwise. Nothing was written.`,
    );
  }
  return [...(owned ? ['user_id'] : []), ...own.map(({ name }) => name)];
}

/** Rows of somebody's go with their person. */
export function erased(table: string, column: string): Edit {
  return sectionLine(PERSONAL_TABLES, `  { table: '${table}', column: '${column}' },`, {
    start: 'export const PERSONAL_TABLES: readonly { table: string; column: string }[] = [',
    ...{ end: /table: 'users'/, row: /^ {2}\{/ },
  });
}

function requireNewTable(table: string, root: string): void {
  if (/^(sqlite|knex)_/.test(table))
    throw new Fault(`No table can be called ${table}: those of SQLite and knex themselves are.`);
  const documented = readFileSync(join(root, 'docs/data.md'), 'utf8').includes(`\`${table}\``);
  if (documented) throw new Fault(`The table ${table} already exists (docs/data.md); nothing was written.`);
}

/** Migrations run in the order of their list; numbers show it in a folder, and in the table of those that have run. */
export function nextNumber(folder: string): string {
  const numbers = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .flatMap((name) => [...readFileSync(join(folder, name), 'utf8').matchAll(/name: '(\d{4})-/g)])
    .map(([, number]) => Number(number));
  return String(Math.max(0, ...numbers) + 1).padStart(4, '0');
}
