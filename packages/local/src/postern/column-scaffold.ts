import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import type { ServiceName } from '../repository.ts';
import type { Field } from './fields.ts';
import { erased, nextNumber, personalColumns } from './migration-scaffold.ts';
import { type Names, namesOf, tableOf } from './names.ts';
import { appended, imported, type Scaffold } from './scaffold.ts';
import { sentence } from './source-text.ts';

export interface ChangeOptions {
  service: ServiceName;
  /** The table, in any spelling. */
  change: string;
  fields: readonly Field[];
  about?: string | undefined;
}

/**
 * A step of a service's schema that gives columns to a table that is there. They are nullable: rows have nothing there yet, and neither
 * have those that the release before writes while it still runs.
 *
 * @throws Fault for a table that the service does not have, for one that has such a column, and for no fields
 */
export function columnScaffold(
  { file, camel }: Names,
  root: string,
  { service, change, fields, about }: ChangeOptions,
): Scaffold {
  const table = tableOf(namesOf(change, { fewest: 1, example: 'orders' }));
  const folder = `services/${service}/migrations`;
  const index = `${folder}/index.ts`;
  const [first] = fields;
  if (first === undefined) throw new Fault(`Which columns ${table} gets is said by --fields. Nothing was written.`);
  requireTable(table, service, root);
  requireNewColumns(table, fields, join(root, folder));
  const personal = service === 'gateway' ? personalColumns(fields, false) : [];
  const columns = fields.map(
    ({ name, column }) => `      ${column(name)}.nullable()${personal.includes(name) ? '.index()' : ''};`,
  );
  const used = ['idColumn', 'timeColumn'].filter((name) => columns.some((line) => line.includes(`${name}(`)));
  return {
    file: `${folder}/${file}.ts`,
    text: `import { ${['type Migration', ...used].sort((a, b) => nameOf(a).localeCompare(nameOf(b))).join(', ')} } from '@postern/runtime';

/** ${sentence(about, 'Describe here what the columns are.')} Rows of before have nothing there. A migration that has run anywhere is history. */
export const ${camel}: Migration = {
  name: '${nextNumber(join(root, folder))}-${file}',
  up: async (knex, dialect) => {
    // MySQL passes over what is there from a run that was killed.
    if (dialect === 'sqlite' && (await knex.schema.hasColumn('${table}', '${first.name}'))) return;
    await knex.schema.alterTable('${table}', (table) => {
${columns.join('\n')}
    });
  },
};
`,
    edits: [
      imported(index, camel, `./${file}.ts`),
      appended(index, `  ${camel},`, /^export const migrations/, '];'),
      ...personal.map((column) => erased(table, column)),
    ],
  };
}

function nameOf(specifier: string): string {
  return specifier.replace('type ', '');
}

function requireTable(table: string, service: ServiceName, root: string): void {
  const row = readFileSync(join(root, 'docs/data.md'), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((text) => text.trim()))
    .find(([, name = '']) => name.includes(`\`${table}\``));
  if (row === undefined)
    throw new Fault(`There is no table ${table} (docs/data.md has all of them); nothing was written.`);
  const other = (['gateway', 'worker'] as const).find((name) => name !== service && name === row[2]);
  if (other) throw new Fault(`The table ${table} is the ${other}'s: add --service ${other}. Nothing was written.`);
}

/** What one statement adds is passed over as a whole where one of it is there: each has to be new. */
function requireNewColumns(table: string, fields: readonly Field[], folder: string): void {
  const migrations = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  for (const migration of migrations) {
    const text = readFileSync(join(folder, migration), 'utf8');
    const there = fields.find(({ name }) => text.includes(`'${name}'`));
    if (there && text.includes(`'${table}'`))
      throw new Fault(`The table ${table} has a column ${there.name} already (${migration}); nothing was written.`);
  }
}
