import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Terminal } from '../terminal.ts';
import type { Kind } from './kinds.ts';
import { make } from './make.ts';

const catalog = 'packages/events/src/catalog/index.ts';

let root: string;
const write = (file: string, text: string) => {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
};
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const run = (kind: Kind, name: string) => make(kind, name, new Terminal({ write: () => true }, {}), root);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'postern-make-'));
  write(catalog, "export { A } from './a.ts';\n");
  write('services/worker/src/jobs/all.ts', '');
  write('packages/events/src/queues.ts', "export const queueContents = {\n  mail: 'mails',\n  reports: 'jobs',\n};\n");
});
afterEach(() => rmSync(root, { recursive: true }));

test('a job is one file and a line, and a type of another one is not made a second time', () => {
  run('job', 'avatar.resize');
  expect(read('services/worker/src/jobs/avatar-resize.ts')).toContain(
    "export const avatarResize = job('avatar.resize', {",
  );
  expect(read(catalog)).not.toContain('AvatarResize');
  expect(() => run('event', 'avatar.resize')).toThrow('services/worker/src/jobs/avatar-resize.ts already has the type');
});

test('a job that endpoints dispatch has its contract where both services find it', () => {
  make('job', 'avatar.resize', new Terminal({ write: () => true }, {}), root, { from: 'gateway' });
  expect(read('packages/events/src/catalog/avatar-resize.ts')).toContain("defineJob('avatar.resize', 1,");
  expect(read('services/worker/src/jobs/avatar-resize.ts')).toContain('handleJob(AvatarResize, async ({ id }) => {');
});

test('a job is given what is said on the command line, and explained by it', () => {
  const silent = new Terminal({ write: () => true }, {});
  make('job', 'report.build', silent, root, { fields: 'report_id:uuid year:integer', about: 'builds a report' });
  const text = read('services/worker/src/jobs/report-build.ts');
  expect(text).toContain('/** Builds a report. */\nexport const reportBuild');
  expect(text).toContain('data: z.object({ report_id: z.uuid(), year: z.int()');
  expect(text).toContain('handle: async ({ report_id, year }) => {');
  make('job', 'report.send', silent, root, { fields: 'report_id:uuid', from: 'gateway' });
  expect(read('packages/events/src/catalog/report-send.ts')).toContain('1, z.object({ report_id: z.uuid() }));');
});

test('a job goes over the queue that is named, where jobs do', () => {
  const silent = new Terminal({ write: () => true }, {});
  make('job', 'report.build', silent, root, { queue: 'reports' });
  expect(read('services/worker/src/jobs/report-build.ts')).toContain("  queue: 'reports',\n");
  make('job', 'report.send', silent, root, { queue: 'reports', from: 'gateway' });
  expect(read('packages/events/src/catalog/report-send.ts')).toContain(
    "1, z.object({ id: z.uuid() }), { queue: 'reports' });",
  );
  const onto = (queue: string) => () => make('job', 'report.print', silent, root, { queue });
  expect(onto('mail')).toThrow('The queue mail is one of mails. Queues of jobs: reports.');
  expect(onto('slow')).toThrow('There is no queue slow: `npx -y pnpm@12 postern make:queue slow` creates it.');
});

test('several jobs of the same fields are made at once, or none of them', () => {
  const silent = new Terminal({ write: () => true }, {});
  const several = (...names: string[]) => make('job', names, silent, root, { fields: 'order_id:uuid' });
  several('order.pack', 'order.close');
  expect(read('services/worker/src/jobs/all.ts')).toBe(
    "export { orderClose } from './order-close.ts';\nexport { orderPack } from './order-pack.ts';\n",
  );
  expect(read('services/worker/src/jobs/order-close.ts')).toContain('data: z.object({ order_id: z.uuid() }),');
  expect(() => several('order.send', 'order.pack')).toThrow('already has the type order.pack');
  expect(() => several('order.send', 'orderSend')).toThrow('would be written twice; nothing was written');
  expect(read('services/worker/src/jobs/all.ts')).not.toContain('orderSend');
});

test('a job has its data as a whole where a field is a word of JavaScript', () => {
  make('job', 'parcel.pack', new Terminal({ write: () => true }, {}), root, { fields: 'package:string size:integer' });
  const text = read('services/worker/src/jobs/parcel-pack.ts');
  expect(text).toContain('handle: async (data) => {');
  expect(text).toMatch(/it was given \$\{data\.package\}, \$\{data\.size\}`/);
});

test('a schedule is a line, with the job that it dispatches', () => {
  write(
    'services/worker/src/schedules/all.ts',
    "import { pruneRows } from '../jobs/prune-rows.ts';\n\nexport const schedules: readonly Schedule[] = [\n];\n",
  );
  run('schedule', 'report.nightly');
  expect(read('services/worker/src/jobs/all.ts')).toContain("export { reportNightly } from './report-nightly.ts';");
  make('schedule', 'report.weekly', new Terminal({ write: () => true }, {}), root, { cron: '0 4 * * 1' });
  expect(read('services/worker/src/schedules/all.ts').split('\n')).toEqual([
    "import { pruneRows } from '../jobs/prune-rows.ts';",
    "import { reportNightly } from '../jobs/report-nightly.ts';",
    "import { reportWeekly } from '../jobs/report-weekly.ts';",
    '',
    'export const schedules: readonly Schedule[] = [',
    "  { name: 'report-nightly', cron: '15 3 * * *', call: call(reportNightly, {}) },",
    "  { name: 'report-weekly', cron: '0 4 * * 1', call: call(reportWeekly, {}) },",
    '];',
    '',
  ]);
});

test('the job of a schedule goes over the queue that is named; what the gateway does goes over none', () => {
  write('services/worker/src/schedules/all.ts', "import { a } from '../a.ts';\n\nexport const schedules = [\n];\n");
  const silent = new Terminal({ write: () => true }, {});
  make('schedule', 'report.build', silent, root, { queue: 'reports' });
  expect(read('services/worker/src/jobs/report-build.ts')).toContain("  queue: 'reports',\n");
  const onto = (name: string, options: object) => () => make('schedule', name, silent, root, options);
  expect(onto('report.send', { queue: 'slow' })).toThrow('There is no queue slow');
  expect(onto('report.send', { queue: 'reports', service: 'gateway' })).toThrow('leave --queue out');
});

test('a schedule of the gateway is a function, and the line that says when it runs', () => {
  const list = 'services/gateway/src/schedules/all.ts';
  const own = "import { httpSweeps } from '../http/http-sweeps.ts';";
  write(list, `${own}\n\nexport const schedules: readonly GatewaySchedule[] = [\n  ...httpSweeps,\n];\n`);
  const silent = new Terminal({ write: () => true }, {});
  make('schedule', 'notes.prune', silent, root, { service: 'gateway', about: 'deletes what nobody reads' });
  expect(read('services/gateway/src/schedules/notes-prune.ts')).toContain(
    '/** Deletes what nobody reads. */\nexport const notesPrune: Scheduled = async () => {',
  );
  expect(read(list).split('\n')).toEqual([
    own,
    "import { notesPrune } from './notes-prune.ts';",
    '',
    'export const schedules: readonly GatewaySchedule[] = [',
    '  ...httpSweeps,',
    "  { name: 'notes-prune', cron: '15 3 * * *', run: notesPrune },",
    '];',
    '',
  ]);
});

test('a job that is there is not made again by a schedule, and it is said which line schedules it', () => {
  write('services/worker/src/jobs/invoice-print.ts', "export const invoicePrint = job('invoice.print', {});");
  const schedule = () =>
    make('schedule', 'invoice.print', new Terminal({ write: () => true }, {}), root, { cron: '0 4 * * 1' });
  expect(schedule).toThrow('The job invoice.print already exists; nothing was written.');
  expect(schedule).toThrow('a line in services/worker/src/schedules/all.ts, with');
  expect(schedule).toThrow("  { name: 'invoice-print', cron: '0 4 * * 1', call: call(invoicePrint, {}) },");
  run('event', 'order.shipped');
  expect(() => run('schedule', 'order.shipped')).toThrow('already has the type order.shipped');
});
