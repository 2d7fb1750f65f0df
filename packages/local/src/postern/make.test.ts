import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runCommands } from '@postern/runtime/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { repositoryRoot } from '../repository.ts';
import { Terminal } from '../terminal.ts';
import { type Kind, make, scaffoldsOf } from './make.ts';
import { makeCommands } from './make-commands.ts';
import { namesOf } from './names.ts';

const catalog = 'packages/events/src/catalog/index.ts';
const mails = 'services/worker/src/mail/content/mails/all.ts';
const requests = 'packages/client/examples/postern.http';
const listeners = 'services/worker/src/listeners/all.ts';

let root: string;
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const run = (kind: Kind, name: string) => make(kind, name, new Terminal({ write: () => true }, {}), root);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-make-'));
  write(catalog, "// One line a message.\nexport { A } from './a.ts';\nexport { Z } from './z.ts';\n");
  write(mails, "export { AMail } from './a.ts';\n");
  write(listeners, "export { sendZ } from './send-z.ts';\n");
  write(requests, '### One\nGET {{host}}/v1/one\n');
  write('packages/locales/src/spoken.ts', "export const languages = ['en', 'de'] as const;\n");
});

afterEach(() => rmSync(root, { recursive: true }));

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

test('a mail says something in each language that the product speaks', () => {
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

test.each(['shipped', '../../etc.passwd', 'order.', '1.2', 'order shipped!'])('"%s" is not a name', (text) => {
  expect(() => namesOf(text)).toThrow('is not a valid name');
});

test('an unknown kind and a missing name are errors in the arguments', async () => {
  const commands = makeCommands(new Terminal({ write: () => true }, {}));
  expect(await runCommands(commands, 'make:thing', 'order.shipped')).toMatchObject({ code: 2 });
  const missing = await runCommands(commands, 'make:event');
  expect(missing).toMatchObject({ code: 2, complaints: expect.stringContaining("missing required argument 'name'") });
});

test('a schedule whose time is none is refused', async () => {
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

test('a listener of an event that is not there is not written, and it is said how to make the event', () => {
  expect(() => run('listener', 'order.shipped')).toThrow(
    'Unknown event order.shipped: `npx -y pnpm@12 postern make:event',
  );
  expect(read(listeners)).not.toContain('rderShipped');
});

test('a type that a message of another file has is not made a second time', () => {
  write('packages/events/src/catalog/shipping.ts', "export const Shipping = defineJob(\n  'order.shipped',\n  1,\n);");
  expect(() => run('event', 'order.shipped')).toThrow('catalog/shipping.ts already has the type order.shipped');
});

test('an endpoint is registered, and has a request in the collection', () => {
  write('services/gateway/src/capabilities.ts', "export { a } from './a/a.module.ts';\n");
  run('endpoint', 'orders.list');
  expect(read(requests)).toBe(
    '### One\nGET {{host}}/v1/one\n\n### Describe the operation here\nGET {{host}}/v1/orders/list\nAuthorization: Bearer {{access_token}}\n',
  );
  expect(read('services/gateway/src/capabilities.ts')).toBe(
    "export { a } from './a/a.module.ts';\nexport { ordersListModule } from './orders-list/orders-list.module.ts';\n",
  );
});

test('an endpoint that dispatches an event is given what it needs for that', () => {
  write('services/gateway/src/capabilities.ts', "export { a } from './a/a.module.ts';\n");
  const silent = new Terminal({ write: () => true }, {});
  const ship = () => make('endpoint', 'orders.ship', silent, root, { event: 'order.shipped' });
  expect(ship).toThrow('Unknown event order.shipped');
  run('event', 'order.shipped');
  ship();
  expect(read('services/gateway/src/orders-ship/orders-ship-routes.ts')).toContain(
    'await events.dispatch(tx, OrderShipped, person, { traceparent });',
  );
  expect(read('services/gateway/src/orders-ship/orders-ship.module.ts')).toContain('[UserStore, EventPublisher]');
});

test('a table comes with what asks how it is bounded', () => {
  write(
    'services/worker/migrations/index.ts',
    "import { a } from './a.ts';\n\nexport const migrations = [\n  a,\n];\n",
  );
  write('services/worker/migrations/a.ts', "export const a = {\n  name: '0007-a',\n};\n");
  write('services/worker/test/table-bounds.test.ts', 'const BOUNDS = {\n};\n');
  write('docs/data.md', '## Tables\n\n| table |\n| `a` |\n');
  make('migration', 'order.lines', new Terminal({ write: () => true }, {}), root, { service: 'worker' });
  expect(read('services/worker/migrations/order-lines.ts')).toContain("name: '0008-order-lines'");
  expect(read('services/worker/test/table-bounds.test.ts')).toContain('  order_lines: { bound: ');
  expect(read('docs/data.md')).toContain('| `order_lines` | worker |');
  expect(() => run('migration', 'order.lines')).toThrow('The table order_lines already exists');
  make('migration', 'orders', new Terminal({ write: () => true }, {}), root, { service: 'worker' });
  expect(read('services/worker/migrations/orders.ts')).toContain("knex.schema.createTable('orders'");
});

test.each([
  ['gateway', 'services/gateway/src/accounts/privacy/personal-tables.ts'],
  ['worker', 'services/worker/src/mail/delivery/ledger/forget-person.ts'],
] as const)('a table of the %s says where erasure has to hear of it, in a file that is there', (service, file) => {
  write(`services/${service}/migrations/index.ts`, 'export const migrations = [\n];\n');
  write(`services/${service}/test/table-bounds.test.ts`, 'const BOUNDS = {\n};\n');
  write('docs/data.md', '## Tables\n\n| table |\n| `a` |\n');
  const out: string[] = [];
  const terminal = new Terminal({ write: (text: string) => out.push(text) > 0 }, {});
  make('migration', 'order.lines', terminal, root, { service });
  expect(out.join('')).toContain(`  ${file}`);
  expect(existsSync(join(repositoryRoot, file))).toBe(true);
});

describe('a variable', () => {
  beforeEach(() => {
    write(
      'services/worker/src/config.ts',
      'export const workerEnv = {\n  ...serviceEnv,\n  A: z\n    .string(),\n};\n',
    );
    write('docs/configuration.md', '**Worker**\n\n| variable |\n| `A` |\n\n**The playground**\n\n| `B` |\n');
    write('.env.example', '# Worker\n# A=\n\n# The playground\n# B=\n');
  });
  const variable = (fallback?: string) =>
    make('variable', 'CARRIER_LIMIT', new Terminal({ write: () => true }, {}), root, { service: 'worker', fallback });

  test('is a line where it is read, and one in each list of variables', () => {
    variable();
    expect(read('services/worker/src/config.ts')).toBe(
      'export const workerEnv = {\n  ...serviceEnv,\n  A: z\n    .string(),\n  CARRIER_LIMIT: z.string().optional(),\n};\n',
    );
    expect(read('docs/configuration.md')).toContain(
      '| `A` |\n| `CARRIER_LIMIT` | none | describe here what it does |\n\n**The playground**',
    );
    expect(read('.env.example')).toBe('# Worker\n# A=\n# CARRIER_LIMIT=\n\n# The playground\n# B=\n');
    expect(() => variable()).toThrow('The variable CARRIER_LIMIT already exists');
  });

  test.each([
    ['12000', "integer(12_000, 0, 1_000_000_000, 'carrier limit')"],
    ['https://a.example/b', "z.url({ protocol: /^https?$/ }).default('https://a.example/b')"],
    ["it's", "z.string().default('it\\'s')"],
  ])('with the default %s is read as %s', (fallback, schema) => {
    variable(fallback);
    expect(read('services/worker/src/config.ts')).toContain(`  CARRIER_LIMIT: ${schema},`);
  });
});

test('an alert has a rule, a case in which it fires and one in which it does not, and a section of the runbook', () => {
  write('services/prometheus/test/alerts.yml', 'tests:\n');
  write('docs/runbook.md', '## Mail\n\n### PosternMail\n\nText.\n\n## Deploy\n');
  const alert = (when: string) =>
    make('alert', 'carrier.down', new Terminal({ write: () => true }, {}), root, { when });
  expect(() => alert('1 > 0')).toThrow('names no metric');
  alert('sum by (le_x) (rate(calls_total{a_b="c"}[5m])) / sum(tries_total) > 0.5');
  expect(read('services/prometheus/rules/carrier-down.yml')).toContain('- alert: CarrierDown\n');
  const series = [...read('services/prometheus/test/alerts.yml').matchAll(/series: '(.*)', /g)].map(([, name]) => name);
  expect(series).toEqual(['calls_total{a_b="c"}', 'tries_total']);
  expect(read('docs/runbook.md')).toContain(
    'Text.\n\n### CarrierDown\n\nDescribe here what it means, and what to do.\n\n## Deploy',
  );
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
    const scaffolds = scaffoldsOf(kind, 'order.shipped', root, { when: 'up_to > 1' });
    expect([scaffolds.filter(({ file }) => file).length, scaffolds.flatMap(({ edits = [] }) => edits).length]).toEqual([
      files,
      lines,
    ]);
  });
});
