import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommands } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { repositoryRoot } from '../repository.ts';
import { Terminal } from '../terminal.ts';
import { type Kind, type MakeOptions, scaffoldsOf } from './kinds.ts';
import { makeCommands } from './make-commands.ts';
import { namesOf } from './names.ts';
import { ScratchRepository } from './testing/scratch-repository.ts';

const catalog = 'packages/events/src/catalog/index.ts';
const mails = 'services/worker/src/mail/content/mails/all.ts';
const listeners = 'services/worker/src/listeners/all.ts';

let scratch: ScratchRepository;
let root: string;
const write = (file: string, text: string) => scratch.write(file, text);
const read = (file: string) => scratch.read(file);
const made = (kind: Kind, name: string, options: MakeOptions = {}) => scratch.make(kind, name, options);
const run = (kind: Kind, name: string) => made(kind, name);

beforeEach(() => {
  scratch = new ScratchRepository();
  root = scratch.root;
});

afterEach(() => scratch[Symbol.dispose]());

test('an event, its mail and its listener are three files and one line in each list, in order', () => {
  run('all', 'order.shipped');
  expect(read(catalog).split('\n')).toEqual([
    '// One line a message.',
    "export { A } from './a.ts';",
    "export { OrderShipped } from './order-shipped.ts';",
    "export { Z } from './z.ts';",
    '',
  ]);
  expect(read(mails)).toBe("export { AMail } from './a.ts';\nexport { OrderShippedMail } from './order-shipped.ts';\n");
  expect(read(listeners)).toBe(
    "export { sendOrderShipped } from './send-order-shipped.ts';\nexport { sendZ } from './send-z.ts';\n",
  );
  expect(read('packages/events/src/catalog/order-shipped.ts')).toContain("defineEvent('order.shipped', 1,");
});

test('a file that is there is not written over, and nothing else is written either', () => {
  write('services/worker/src/mail/content/mails/order-shipped.ts', 'mine');
  expect(() => run('all', 'order.shipped')).toThrow('mails/order-shipped.ts already exists; nothing was written.');
  expect(read('services/worker/src/mail/content/mails/order-shipped.ts')).toBe('mine');
  expect(read(catalog)).not.toContain('OrderShipped');
});

test('a mail has a text in each language that the product speaks', () => {
  run('mail', 'order.shipped');
  const text = read('services/worker/src/mail/content/mails/order-shipped.ts');
  const said = text.split('\n').filter((line) => /^ {6}\w+: \{ title/.test(line));
  expect(said).toEqual([
    "      en: { title: 'Order shipped', text: 'Write here in English what has happened.' },",
    "      de: { title: 'Order shipped', text: 'Write here in German what has happened.' },",
  ]);
});

test('any spelling of a name is understood', () => {
  const names = {
    type: 'order.shipped_late',
    file: 'order-shipped-late',
    pascal: 'OrderShippedLate',
    camel: 'orderShippedLate',
  };
  for (const text of ['order.shipped_late', 'order-shipped-late', 'OrderShippedLate', 'orderShippedLate']) {
    expect(namesOf(text)).toEqual(names);
  }
});

test.each(['shipped', '../../etc.passwd', 'order.', '1.2', 'order shipped!', 'order.café', 'http/class'])(
  '"%s" is not a name',
  (text) => {
    expect(() => namesOf(text)).toThrow('is not a valid name: expected two words or more, such as order.shipped, of');
  },
);

test('a name that would not compile, or that a database has no room for, is refused', () => {
  expect(() => namesOf('class', { fewest: 1, example: 'orders' })).toThrow('"class" is a word of JavaScript');
  expect(namesOf('class.moved').camel).toBe('classMoved');
  expect(() => namesOf(`order.${'x'.repeat(60)}`)).toThrow('too long: expected 48 characters at most');
});

test.each(['61 * * * *', '0 0 31 2 *', '* * * *', "0 4 * * '"])(
  'the pattern "%s", which no schedule could have, is refused before anything is written',
  async (cron) => {
    const commands = makeCommands(new Terminal({ write: () => true }, {}));
    const { code, complaints } = await runCommands(commands, 'make:schedule', 'reports.send', '--cron', cron);
    expect({ code, complaints }).toMatchObject({ code: 2, complaints: expect.stringContaining(cron) });
    expect(existsSync(join(repositoryRoot, 'services/worker/src/jobs/reports-send.ts'))).toBe(false);
  },
);

test('an unknown kind and a missing name are errors in the arguments', async () => {
  const commands = makeCommands(new Terminal({ write: () => true }, {}));
  expect(await runCommands(commands, 'make:thing', 'order.shipped')).toMatchObject({ code: 2 });
  const missing = await runCommands(commands, 'make:event');
  expect(missing).toMatchObject({ code: 2, complaints: expect.stringContaining("missing required argument 'name'") });
});

test('a schedule whose time cannot be parsed is refused', async () => {
  const commands = makeCommands(new Terminal({ write: () => true }, {}));
  const answer = await runCommands(commands, 'make:schedule', 'report.weekly', '--cron', "' every night");
  expect(answer).toMatchObject({ code: 2, complaints: expect.stringContaining('expected five fields') });
});

test('a listener of an event without a mail mails nothing and fails until it is written', () => {
  write(
    'packages/events/src/catalog/order-shipped.ts',
    "export const OrderShipped = defineEvent('order.shipped', 1, z.object({}));",
  );
  run('listener', 'order.shipped');
  expect(read(listeners)).toContain("export { onOrderShipped } from './on-order-shipped.ts';");
  const text = read('services/worker/src/listeners/on-order-shipped.ts');
  expect(text).toContain('throw new Error');
  expect(text).not.toContain('Mail');
});

test('a listener of an event with a mail of its name queues that mail', () => {
  run('event', 'order.shipped');
  run('mail', 'order.shipped');
  run('listener', 'order.shipped');
  expect(read('services/worker/src/listeners/send-order-shipped.ts')).toContain('mail.queue(OrderShippedMail');
});

test('a listener of a missing event is not written, and the command that makes the event is printed', () => {
  expect(() => run('listener', 'order.shipped')).toThrow(
    'Unknown event order.shipped: `npx -y pnpm@12 postern make:event',
  );
  expect(read(listeners)).not.toContain('rderShipped');
});

test('a mail has the first name of whom it greets, and any other field that is given', () => {
  expect(() => made('mail', 'order.shipped', { fields: 'first_name:string' })).toThrow('first_name is there by itself');
  made('mail', 'order.shipped', { fields: 'email:email' });
  expect(read('services/worker/src/mail/content/mails/order-shipped.ts')).toContain(
    '(data: { first_name: string; email: string }',
  );
});

test('a type that a message of another file has is not made a second time', () => {
  write('packages/events/src/catalog/shipping.ts', "export const Shipping = defineJob(\n  'order.shipped',\n  1,\n);");
  expect(() => run('event', 'order.shipped')).toThrow('catalog/shipping.ts already has the type order.shipped');
});

test('an event has the fields that are given, and its mail a sample of them', () => {
  made('all', 'order.placed', { fields: 'order_id:uuid quantity:integer', about: 'somebody has placed an order' });
  const event = read('packages/events/src/catalog/order-placed.ts');
  expect(event).toContain('/** Somebody has placed an order. */');
  expect(event).toContain('z.object({ ...person, order_id: z.uuid(), quantity: z.int()');
  const mail = read('services/worker/src/mail/content/mails/order-placed.ts');
  expect(mail).toContain(
    "sample: { first_name: 'Ada', order_id: '0197a1c2-0000-7000-8000-000000000001', quantity: 3 }",
  );
  expect(mail).toContain('(data: { first_name: string; order_id: string; quantity: number }');
});

test.each([
  ['item', '"item" has no kind that there is'],
  ['item:colour', '"item:colour" has no kind that there is: expected one of string, integer'],
  ['2nd:string', '"2nd:string" is not a field'],
  ['item:string item:uuid', 'The field item is given twice'],
  ['email:email', 'The field email is there by itself'],
  ['constructor:string', 'No field can be called constructor'],
])('"%s" are not fields of an event', (fields, why) => {
  expect(() => made('event', 'order.placed', { fields })).toThrow(why);
});

test('a table comes with what asks how it is bounded', () => {
  write(
    'services/worker/migrations/index.ts',
    "import { a } from './a.ts';\n\nexport const migrations = [\n  a,\n];\n",
  );
  write('services/worker/migrations/a.ts', "export const a = {\n  name: '0007-a',\n};\n");
  write('services/worker/test/table-bounds.test.ts', 'const BOUNDS = {\n};\n');
  write('docs/data.md', '## Tables\n\n| table |\n| `a` |\n');
  made('migration', 'order.lines', { service: 'worker' });
  expect(read('services/worker/migrations/order-lines.ts')).toContain("name: '0008-order-lines'");
  expect(read('services/worker/test/table-bounds.test.ts')).toContain('  order_lines: { bound: ');
  expect(read('docs/data.md')).toContain('| `order_lines` | worker |');
  expect(() => run('migration', 'order.lines')).toThrow('The table order_lines already exists');
  made('migration', 'orders', { service: 'worker' });
  expect(read('services/worker/migrations/orders.ts')).toContain("knex.schema.createTable('orders'");
});

describe('a migration of a table that is there', () => {
  beforeEach(() => {
    write('services/worker/migrations/index.ts', 'export const migrations = [\n];\n');
    write('docs/data.md', '## Tables\n\n| table |\n| `order_lines` | worker |\n');
    const table = "createTable('order_lines', (table) => table.integer('number'))";
    write('services/worker/migrations/order-lines.ts', `const a = { name: '0007-order-lines', up: ${table} };\n`);
  });
  const changed = (options: MakeOptions) =>
    made('migration', 'lines.shipped', { service: 'worker', change: 'order.lines', ...options });

  test('adds columns that may be empty, and no table', () => {
    changed({ fields: 'shipped_at:time note:string' });
    const text = read('services/worker/migrations/lines-shipped.ts');
    expect(text).toContain("name: '0008-lines-shipped'");
    expect(text).toContain("alterTable('order_lines', (table) => {\n      timeColumn(table, 'shipped_at').nullable();");
    expect(text).toContain("table.string('note', 200).nullable();");
    expect(text).toContain("import { type Migration, timeColumn } from '@postern/runtime';");
    expect(read('services/worker/migrations/index.ts')).toContain('  linesShipped,');
    expect(read('docs/data.md').match(/order_lines/g)).toHaveLength(1);
  });

  test.each([
    [{ fields: 'note:string', change: 'parcels' }, 'There is no table parcels'],
    [{ fields: 'note:string', service: 'gateway' }, "is the worker's: add --service worker"],
    [{ fields: 'number:integer' }, 'has a column number already (order-lines.ts)'],
    [{}, 'is said by --fields'],
  ] satisfies [MakeOptions, string][])('is refused with %o', (options, why) => {
    expect(() => changed(options)).toThrow(why);
    expect(read('services/worker/migrations/index.ts')).not.toContain('linesShipped');
  });
});

test.each([
  ['gateway', 'services/gateway/src/accounts/privacy/personal-tables.ts'],
  ['worker', 'services/worker/src/mail/delivery/ledger/forget-person.ts'],
] as const)('a table of the %s says where erasure has to hear of it, in a file that is there', (service, file) => {
  write(`services/${service}/migrations/index.ts`, 'export const migrations = [\n];\n');
  write(`services/${service}/test/table-bounds.test.ts`, 'const BOUNDS = {\n};\n');
  write('docs/data.md', '## Tables\n\n| table |\n| `a` |\n');
  expect(made('migration', 'order.lines', { service })).toContain(`  ${file}`);
  expect(existsSync(join(repositoryRoot, file))).toBe(true);
});

describe('docs/extending.md', () => {
  const rows = readFileSync(join(repositoryRoot, 'docs/extending.md'), 'utf8').matchAll(
    /^\| `make:(\w+)` \| .*? \| (\d+) \| (\d+) \|$/gm,
  );
  const counted = [...rows].map(([, kind, files, lines]) => [kind as Kind, Number(files), Number(lines)] as const);

  test('counts what every generator writes', () => {
    expect(counted.map(([kind]) => kind).sort()).toEqual(
      [
        'alert',
        'all',
        'endpoint',
        'event',
        'job',
        'listener',
        'mail',
        'migration',
        'module',
        'queue',
        'schedule',
        'variable',
      ].sort(),
    );
  });

  test.each(counted)('make:%s is %i files, and %i lines in lists', (kind, files, lines) => {
    const event = "export const OrderShipped = defineEvent('order.shipped', 1, z.object({}));";
    if (kind === 'listener') write('packages/events/src/catalog/order-shipped.ts', event);
    mkdirSync(join(root, 'services/gateway/migrations'), { recursive: true });
    write('docs/data.md', '## Tables\n');
    for (const role of ['worker', 'operator', 'keda']) write(`services/aws/policies/${role}.json`, '');
    write('services/kubernetes/base/worker.yaml', 'metadata:\n  name: worker-jobs\n');
    write('services/kubernetes/components/keda/scaled-objects.yaml', 'metadata:\n  name: worker-jobs\n');
    const scaffolds = scaffoldsOf(kind, 'order.shipped', root, { when: 'up_to > 1' });
    expect([scaffolds.filter(({ file }) => file).length, scaffolds.flatMap(({ edits = [] }) => edits).length]).toEqual([
      files,
      lines,
    ]);
  });
});
