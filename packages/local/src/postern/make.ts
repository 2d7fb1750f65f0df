import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../fault.ts';
import type { ServiceName } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import { readFields } from './fields.ts';
import { requireFreeNames } from './free-names.ts';
import { requireFreeOperations } from './free-operations.ts';
import { dispatchAdvice } from './job-scaffolds.ts';
import { type Kind, type MakeOptions, scaffoldsOf } from './kinds.ts';
import { PERSONAL_TABLES } from './migration-scaffold.ts';
import { namesOf } from './names.ts';
import { QUEUE_NAME } from './queue-names.ts';
import type { Scaffold } from './scaffold.ts';

/** Where a service has what it forgets of a person. */
const erasureOf: Record<ServiceName, { file: string; what: string }> = {
  gateway: {
    file: PERSONAL_TABLES,
    what: 'a table with a column that says whose a row is (user_id)',
  },
  worker: {
    file: 'services/worker/src/mail/delivery/ledger/forget-person.ts',
    what: 'a table with an address, or anything else that names a person,',
  },
};

/**
 * Writes the files of something new, or of several of a kind, and the line in each list that registers it. A file that exists is never overwritten, and
 * nothing is written when one of several exists, or a name in it is taken.
 *
 * @returns the files that were written or got a line, from the root
 * @throws Fault for a bad name, a file that exists, and a list that is missing
 */
export function make(
  kind: Kind,
  name: string | readonly string[],
  terminal: Terminal,
  root: string,
  options: MakeOptions = {},
): string[] {
  const scaffolds = [name].flat().flatMap((each) => scaffoldsOf(kind, each, root, options));
  const texts = textsOf(scaffolds, root);
  for (const [file, text] of texts) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  for (const { file, edits = [] } of scaffolds) {
    if (file !== undefined) terminal.line(`  ${terminal.green('+')} ${file}`);
    for (const edit of edits) terminal.line(`    ${terminal.dim(`${edit.file}: ${edit.line}`)}`);
  }
  const advice = [
    ...adviceOn(kind, scaffolds, name, options),
    ...adviceOnPeople(texts.get(PERSONAL_TABLES) ?? '', scaffolds),
  ];
  if (advice.length > 0) terminal.line();
  for (const line of advice) terminal.line(line);
  return [...texts.keys()];
}

/** Every file as it is to be. @throws Fault where one cannot be: nothing is written then */
function textsOf(scaffolds: readonly Scaffold[], root: string): Map<string, string> {
  const texts = new Map<string, string>();
  for (const scaffold of scaffolds) {
    if (scaffold.file === undefined) continue;
    const { file, text } = scaffold;
    if (existsSync(join(root, file))) throw new Fault(`${file} already exists; nothing was written.`);
    if (texts.has(file)) throw new Fault(`${file} would be written twice; nothing was written.`);
    if (!file.endsWith('.test.ts')) requireFreeNames(text);
    requireFreeOperations(text, root);
    texts.set(file, text);
  }
  for (const edit of scaffolds.flatMap(({ edits = [] }) => edits)) {
    const list = join(root, edit.file);
    if (!existsSync(list)) throw new Fault(`${edit.file} is missing; nothing was written.`);
    texts.set(edit.file, edit.apply(texts.get(edit.file) ?? readFileSync(list, 'utf8')));
  }
  return texts;
}

/** What is left to do by hand, or said in code, once it is written. */
function adviceOn(
  kind: Kind,
  scaffolds: readonly Scaffold[],
  name: string | readonly string[],
  { service = 'gateway', change, from = 'worker', fields }: MakeOptions,
): string[] {
  const names = [name].flat();
  const advice: string[] = [];
  if (kind === 'job') {
    const jobs = names.map((name) => namesOf(name));
    advice.push(...dispatchAdvice(jobs, { from, ...(fields !== undefined && { fields: readFields(fields) }) }));
  }
  if (scaffolds.some(({ file }) => file?.includes('/mails/'))) {
    advice.push('Once the mail reads as it should, its snapshots are written, to be committed with it:');
    advice.push('  npx -y pnpm@12 exec vitest run --project unit services/worker/src/mail/content/mails -u');
  }
  if (kind === 'endpoint' || kind === 'module') {
    advice.push('Under `dev` it is in /docs at once. The client has its types after');
    advice.push('  npx -y pnpm@12 postern client:generate');
  }
  const erased = scaffolds.flatMap(({ edits = [] }) => edits).some(({ file }) => file === PERSONAL_TABLES);
  if (change !== undefined) advice.push(`What the columns hold belongs in the row of ${change} in docs/data.md.`);
  if (kind === 'migration' && !erased) {
    const { file, what } = erasureOf[service];
    advice.push(`Whoever is erased leaves nothing behind: ${what} belongs in`, `  ${file}`);
  }
  if (erased) {
    advice.push('Its rows are erased with their person. What the person gets to see of them belongs in');
    advice.push('  services/gateway/src/accounts/privacy/data-export.ts');
  }
  if (kind === 'variable' && service === 'gateway') {
    advice.push(
      'An operation or a class is given it by a module that names GatewayEnv (services/gateway/src/config.ts):',
    );
    advice.push('  bindRoutes(module, ordersRoutes, [GatewayEnv]);');
  }
  if (kind === 'queue')
    advice.push(`A job goes over it that says: queue: '${namesOf(names[0] ?? '', QUEUE_NAME).file}'`);
  return advice;
}

/** A row about several people is erased with each of them. @param list of the tables that are, as it is then */
function adviceOnPeople(list: string, scaffolds: readonly Scaffold[]): string[] {
  const tableIn = (text: string) => [...text.matchAll(/table: '(\w+)'/g)].map(([, table]) => table);
  const listed = tableIn(list);
  const made = scaffolds.flatMap(({ edits = [] }) => edits).filter(({ file }) => file === PERSONAL_TABLES);
  const shared = made
    .flatMap(({ line }) => tableIn(line))
    .find((table) => listed.filter((it) => it === table).length > 1);
  if (shared === undefined) return [];
  return [
    `A row of ${shared} goes with whichever of its people is erased first. A column by which it is to stay has no line there, and is`,
    '  named with the reason in services/gateway/test/personal-tables.test.ts (KEPT).',
  ];
}
