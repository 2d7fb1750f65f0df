import { describe, expect, test } from 'vitest';
import { Terminal } from '../terminal.ts';
import { makeFormatted } from './make-formatted.ts';
import { ScratchRepository } from './testing/scratch-repository.ts';

/** Where variables of the worker are listed. */
const VARIABLES = {
  'services/worker/src/config.ts': 'export const workerEnv = {\n  ...serviceEnv,\n  A: z\n    .string(),\n};\n',
  'docs/configuration.md': '**Worker**\n\n| variable |\n| `A` |\n\n**The playground**\n\n| `B` |\n',
  '.env.example': '# Worker\n# A=\n\n# The playground\n# B=\n',
};

/** Where alerts are. */
const ALERTS = {
  'services/prometheus/test/alerts.yml': 'tests:\n',
  'docs/runbook.md': '## Mail\n\n### PosternMail\n\nText.\n\n## Deploy\n',
};

describe('a variable', () => {
  const variable = (scratch: ScratchRepository, fallback?: string) =>
    scratch.make('variable', 'CARRIER_LIMIT', { service: 'worker', fallback });

  test('is refused with a default that is no URL, as which it would be read', () => {
    using scratch = new ScratchRepository(VARIABLES);
    expect(() => variable(scratch, 'https://')).toThrow('"https://" is no URL');
  });

  test('is a line where it is read, and one in each list of variables', () => {
    using scratch = new ScratchRepository(VARIABLES);
    variable(scratch);
    expect(scratch.read('services/worker/src/config.ts')).toBe(
      'export const workerEnv = {\n  ...serviceEnv,\n  A: z\n    .string(),\n  CARRIER_LIMIT: z.string().optional(),\n};\n',
    );
    expect(scratch.read('docs/configuration.md')).toContain(
      '| `A` |\n| `CARRIER_LIMIT` | none | describe here what it does |\n\n**The playground**',
    );
    expect(scratch.read('.env.example')).toBe('# Worker\n# A=\n# CARRIER_LIMIT=\n\n# The playground\n# B=\n');
    expect(() => variable(scratch)).toThrow('The variable CARRIER_LIMIT already exists');
  });

  test.each([
    ['12000', "integer(12_000, 0, 1_000_000_000, 'carrier limit')"],
    ['https://a.example/b', "z.url({ protocol: /^https?$/ }).default('https://a.example/b')"],
    ["it's", "z.string().default('it\\'s')"],
  ])('with the default %s is read as %s', (fallback, schema) => {
    using scratch = new ScratchRepository(VARIABLES);
    variable(scratch, fallback);
    expect(scratch.read('services/worker/src/config.ts')).toContain(`  CARRIER_LIMIT: ${schema},`);
  });
});

test('an alert has a rule, a case in which it fires and one in which it does not, and a section of the runbook', () => {
  using scratch = new ScratchRepository(ALERTS);
  const alert = (when: string) => scratch.make('alert', 'carrier.down', { when });
  expect(() => alert('1 > 0')).toThrow('names no metric');
  expect(() => alert('sum(rate(calls_total[5m]) > 1')).toThrow('is not PromQL (near "');
  expect(scratch.read('docs/runbook.md')).not.toContain('AcmeCarrierDown');
  alert('sum by (le_x) (rate(calls_total{a_b="c"}[5m])) / sum(tries_total) > 0.5');
  expect(scratch.read('services/prometheus/rules/carrier-down.yml')).toContain('- alert: AcmeCarrierDown\n');
  const cases = scratch.read('services/prometheus/test/alerts.yml');
  const series = [...cases.matchAll(/series: '(.*)', /g)].map(([, name]) => name);
  expect(series).toEqual(['calls_total{a_b="c"}', 'tries_total']);
  expect(scratch.read('docs/runbook.md')).toContain(
    'Text.\n\n### AcmeCarrierDown\n\nDescribe here what it means, and what to do.\n\n## Deploy',
  );
});

test.each([
  ['rate(calls_total[5m]) > 0.5', ['0x15 0+1000000x15'], 30],
  ['sum(increase(calls_total[10m])) == 0', ['1000000+1000000x15 0x20'], 35],
  ['2 > running', ['1000000+1000000x15 0x10'], 25],
  ['state == 3', ['1000000+1000000x15 3x10'], 25],
  ['sum(rate(calls_total[1h])) < 1 and waiting > 5', ['1000000+1000000x15 0x70', '0x15 0+1000000x70'], 85],
])('the case of an alert at %s is what it fires at, for as long as it looks back', (when, values, minutes) => {
  using scratch = new ScratchRepository(ALERTS);
  scratch.make('alert', 'calls.odd', { when });
  const cases = scratch.read('services/prometheus/test/alerts.yml');
  expect([...cases.matchAll(/values: '(.*)' }/g)].map(([, each]) => each)).toEqual(values);
  expect([...cases.matchAll(/eval_time: (\d+)m/g)].map(([, each]) => Number(each))).toEqual([10, minutes]);
});

test.each([
  [0, false],
  // There is none.
  [127, false],
  [1, true],
])('the cases of an alert are tried where there is promtool, which here ends with %d', (code, told) => {
  using scratch = new ScratchRepository(ALERTS);
  const promtool = `process.stdout.write('got: []');\nprocess.exitCode = ${code};\n`;
  scratch.write('services/prometheus/test/promtool.ts', promtool);
  const said: string[] = [];
  const terminal = new Terminal({ write: (text: string) => said.push(text) > 0 }, {});
  makeFormatted('alert', 'calls.odd', terminal, scratch.root, { when: 'absent(calls_total)' });
  expect(said.join('').includes('does not hold: write there when it fires. promtool says\ngot: []\n')).toBe(told);
});

test('an alert is called after the product too, and is not made where there is one of its name', () => {
  using scratch = new ScratchRepository({
    ...ALERTS,
    'services/prometheus/rules/acme.yml': 'rules:\n  - alert: AcmeMailSlow\n  - alert: AcmeMailSlowest\n',
  });
  const alert = (name: string) => scratch.make('alert', name, { when: 'up > 1' });
  expect(() => alert('mail.slow')).toThrow(
    'The alert AcmeMailSlow already exists (services/prometheus/rules/acme.yml)',
  );
  expect(() => alert('acme.mail_slow')).toThrow('The alert AcmeMailSlow already exists');
  expect(alert('mail.slower')).toContain('### AcmeMailSlower');
});

test('an alert says what is given of it, in the rule and in the runbook', () => {
  using scratch = new ScratchRepository(ALERTS);
  const said = { about: 'Parcels are lost: many', action: 'Ask the carrier' };
  scratch.make('alert', 'parcels.lost', { when: 'increase(parcels_lost_total[1h]) > 10', ...said });
  const rule = scratch.read('services/prometheus/rules/parcels-lost.yml');
  expect(rule).toContain('summary: "Parcels are lost: many"\n          action: Ask the carrier\n');
  expect(scratch.read('docs/runbook.md')).toContain('### AcmeParcelsLost\n\nParcels are lost: many. Ask the carrier.');
});

test('a job says how it is dispatched, and several how one after another and side by side', () => {
  using scratch = new ScratchRepository({ 'services/worker/src/jobs/all.ts': '' });
  expect(scratch.make('job', 'avatar.resize')).toContain(
    '  await jobs.dispatch(avatarResize, { id }, { delayMs: 60_000 });\n',
  );
  expect(scratch.make('job', 'report.send', { from: 'gateway', fields: 'class:string year:integer' })).toContain(
    '  await jobs.dispatch(tx, ReportSend, { class: …, year });\n',
  );
  const said = scratch.make('job', ['order.pack', 'order.close'], { fields: 'order_id:uuid' });
  const calls = '[call(orderPack, { order_id }), call(orderClose, { order_id })]';
  expect(said).toContain(
    `  await jobs.chain('order', ${calls});\n  await jobs.batch('order', ${calls}, { onDone: call(…) });\n`,
  );
});

test('a new queue is named by the jobs that are to go over it', () => {
  using scratch = new ScratchRepository({
    ...{
      'packages/events/src/queues.ts': "export const queueContents = {\n  jobs: 'jobs',\n};\n",
      'docs/configuration.md': '',
    },
    'services/worker/src/jobs/all.ts': '',
    'packages/events/src/catalog/a-b.ts': "export const AB = defineJob('a.b', 1, z.object({}));\n",
  });
  scratch.make('job', 'report.build');
  scratch.make('queue', 'reports', { jobs: ['report.build'] });
  const file = 'services/worker/src/jobs/report-build.ts';
  expect(scratch.read(file)).toContain("  data: z.object({ id: z.uuid() }),\n  queue: 'reports',\n  handle: async");
  const onto = (job: string) => () => scratch.make('queue', 'slow', { jobs: [job] });
  expect(onto('report.build')).toThrow(`${file} says already which queue it goes over`);
  expect(onto('report.send')).toThrow(
    'There is no job report.send; nothing was written. Jobs of the worker: report.build.',
  );
  expect(onto('a.b')).toThrow('a.b is a job of the catalog: give defineJob');
  expect(scratch.read('packages/events/src/queues.ts')).not.toContain('slow');
});

test('a queue is a line of the list, with what consumes and scales it where there are manifests', () => {
  using scratch = new ScratchRepository();
  const manifest = '# Of the workers.\nname: other\n---\nmetadata:\n  name: worker-jobs\nqueue: postern-jobs\n';
  scratch.write(
    'packages/events/src/queues.ts',
    "export const queueContents = {\n  jobs: 'jobs',\n  other: 'foreign',\n};\n",
  );
  scratch.write('docs/configuration.md', '| `WORKER_QUEUES` | `events,jobs` | which |\n');
  scratch.write('services/kubernetes/base/worker.yaml', manifest);
  const policy = (...names: string[]) => names.map((each) => `    "${'$'}{prefix}${each}"`).join(',\n');
  scratch.write('services/aws/policies/worker.json', policy('jobs', 'other', 'jobs-dead'));
  scratch.make('queue', 'reports');
  scratch.make('queue', 'big.reports');
  expect(scratch.read('packages/events/src/queues.ts')).toContain(
    "  jobs: 'jobs',\n  reports: 'jobs',\n  'big-reports': 'jobs',\n  other: 'foreign',\n",
  );
  expect(scratch.read('docs/configuration.md')).toContain('`events,jobs,reports,big-reports`');
  expect(scratch.read('services/aws/policies/worker.json')).toBe(
    policy('jobs', 'reports', 'big-reports', 'other', 'jobs-dead', 'reports-dead', 'big-reports-dead'),
  );
  const [, ...workers] = scratch.read('services/kubernetes/base/worker.yaml').split('---\n');
  expect(workers.map((text) => text.match(/worker-\S+|postern-\S+/g))).toEqual([
    ['worker-jobs', 'postern-jobs'],
    ['worker-reports', 'postern-reports'],
    ['worker-big-reports', 'postern-big-reports'],
  ]);
  expect(() => scratch.make('queue', 'reports')).toThrow('The queue reports already exists');
  expect(() => scratch.make('queue', 'reports-dead')).toThrow('queues of dead letters are called so');
  expect(() => scratch.make('queue', 'for-billing')).toThrow('queues of other teams');
});
