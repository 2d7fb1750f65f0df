import { argument, type Command, defineCommand, option } from '@postern/runtime';
import { z } from 'zod';
import { serviceNames } from '../playground/playground.ts';
import { repositoryRoot } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import { type Kind, make } from './make.ts';

const summaries: Record<Exclude<Kind, 'migration' | 'endpoint' | 'job' | 'schedule' | 'variable' | 'alert'>, string> = {
  event: 'Writes an event for services to publish',
  mail: 'Writes a mail with a sample of its data, shown by mail:preview',
  listener: 'Writes what the worker does when an event comes; it queues the mail of that name, where there is one',
  all: 'Writes an event, its mail, and the listener between them',
  module: 'Writes a capability of the gateway: a class, an operation, the module that binds them, and a test',
};

const about = 'A file that exists is never overwritten. What is to be filled in says so.';
const name = argument('its name, such as order.shipped', z.string());
/** Written into a source: what the scheduler makes of it, it says when it starts. */
const cron = z.string().regex(/^[\w*/,?#-]+( [\w*/,?#-]+){4,5}$/, 'expected five fields, such as "0 4 * * 1"');
const service = option(
  'NAME',
  'gateway or worker',
  z.enum(serviceNames, 'expected gateway or worker').default('gateway'),
);

/** What writes the files of something new. */
export function makeCommands(terminal: Terminal): Command[] {
  const commands = Object.entries(summaries).map(([kind, summary]) =>
    defineCommand({
      ...{ name: `make:${kind}`, summary, about, json: false, input: { name } },
      examples: [`make:${kind} ${kind === 'module' ? 'orders' : 'order.shipped'}`],
      run: async (given) => make(kind as Kind, given.name, terminal, repositoryRoot),
    }),
  );
  const endpoint = defineCommand({
    ...{ name: 'make:endpoint', summary: 'Writes an operation of the API, in a capability of its own, with its test' },
    ...{ about, json: false },
    examples: ['make:endpoint orders.list', 'make:endpoint orders.place --event order.placed'],
    input: {
      name,
      event: option('TYPE', 'the event that it dispatches, about whoever is signed in', z.string().optional()),
    },
    run: async ({ name: endpointName, event }) => make('endpoint', endpointName, terminal, repositoryRoot, { event }),
  });
  const migration = defineCommand({
    ...{ name: 'make:migration', summary: 'Writes a new table of the gateway, or of the worker', about, json: false },
    examples: ['make:migration orders', 'make:migration order.lines --service worker'],
    input: { name: argument('the table, such as orders or order.lines', z.string()), service },
    run: async (given) => make('migration', given.name, terminal, repositoryRoot, { service: given.service }),
  });
  return [
    ...commands,
    makeJob(terminal),
    makeSchedule(terminal),
    endpoint,
    migration,
    makeVariable(terminal),
    makeAlert(terminal),
  ];
}

function makeJob(terminal: Terminal): Command {
  return defineCommand({
    ...{ name: 'make:job', summary: 'Writes a job with its handler in the worker', about, json: false },
    examples: ['make:job avatar.resize', 'make:job avatar.resize --from gateway'],
    input: {
      name,
      from: option(
        'NAME',
        'who dispatches it: the worker alone, or endpoints of the gateway too',
        z.enum(serviceNames, 'expected gateway or worker').default('worker'),
      ),
    },
    run: async (given) => make('job', given.name, terminal, repositoryRoot, { from: given.from }),
  });
}

function makeSchedule(terminal: Terminal): Command {
  return defineCommand({
    ...{ name: 'make:schedule', about, json: false },
    summary: 'Writes a job that is dispatched again and again, once across all replicas, with its schedule',
    examples: ['make:schedule invoices.prune', 'make:schedule report.send --cron "0 4 * * 1"'],
    input: { name, cron: option('CRON', 'when, in UTC (default: every night)', cron.optional()) },
    run: async (given) => make('schedule', given.name, terminal, repositoryRoot, { cron: given.cron }),
  });
}

function makeVariable(terminal: Terminal): Command {
  return defineCommand({
    ...{ name: 'make:variable', summary: 'Writes a variable of a service, where it is read and where it is listed' },
    ...{
      about: 'A default says what it is: a whole number, a URL, or else text. Without one it may be missing.',
      json: false,
    },
    examples: ['make:variable CARRIER_URL --service worker --default https://carrier.example.com'],
    input: {
      name: argument('its name, such as CARRIER_URL', z.string()),
      service,
      default: option('VALUE', 'what it is where nobody sets it', z.string().min(1).optional()),
      about: option('TEXT', 'what it is for', z.string().min(1).optional()),
    },
    run: async ({ name: variable, default: fallback, about: text, ...rest }) =>
      make('variable', variable, terminal, repositoryRoot, { ...rest, fallback, about: text }),
  });
}

function makeAlert(terminal: Terminal): Command {
  return defineCommand({
    ...{ name: 'make:alert', summary: 'Writes an alert, the cases of its test, and its section of the runbook', about },
    ...{ json: false, examples: ['make:alert parcels.lost --when "sum(increase(parcels_lost_total[1h])) > 10"'] },
    input: { name, when: option('PROMQL', 'what it fires at', z.string().min(1)) },
    run: async (given) => make('alert', given.name, terminal, repositoryRoot, { when: given.when }),
  });
}
