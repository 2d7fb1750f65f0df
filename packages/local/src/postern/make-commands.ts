import { argument, type Command, defineCommand, option, repeated, rest } from '@postern/runtime/light';
import { z } from 'zod';
import { repositoryRoot, serviceNames } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import type { Kind } from './kinds.ts';
import { makeEndpointCommand } from './make-endpoint-command.ts';
import { makeFormatted } from './make-formatted.ts';
import { about, aboutFields, fields, line, sentence, type Write } from './make-inputs.ts';
import { PERSON } from './message-fields.ts';

/** What carries fields of its own: what it is, and what it has besides them. */
const carrying: Record<'event' | 'mail' | 'all', readonly [summary: string, own: string]> = {
  event: [
    'Writes an event for services to publish',
    `Besides its fields it has the person that it is about: ${Object.keys(PERSON).join(', ')}.`,
  ],
  mail: [
    'Writes a mail with a sample of its data, shown by mail:preview',
    'Besides its fields it is given `first_name`, which its greeting needs: whoever queues it passes both as `data`.',
  ],
  all: [
    'Writes an event, its mail, and the listener between them',
    `Besides its fields the event has the person that it is about: ${Object.keys(PERSON).join(', ')}. The mail goes to that person and shows the fields.`,
  ],
};

const summaries: Record<'listener' | 'module', string> = {
  listener: 'Writes what the worker does when an event comes; it queues the mail of that name, where there is one',
  module: 'Writes a capability of the gateway: a class, an operation, the module that binds them, and a test',
};

const name = argument('its name, such as order.shipped', z.string());
const cron = z.string().transform((given) => given.trim().split(/\s+/).join(' '));
const service = option(
  'NAME',
  'gateway or worker',
  z.enum(serviceNames, 'expected gateway or worker').default('gateway'),
);

/** What writes the files of something new. */
export function makeCommands(terminal: Terminal): Command[] {
  const write: Write = (kind, given, options) => makeFormatted(kind, given, terminal, repositoryRoot, options);
  const commands = Object.entries(summaries).map(([kind, summary]) =>
    defineCommand({
      ...{ name: `make:${kind}`, summary, about, json: false, input: { name } },
      examples: [`make:${kind} ${kind === 'module' ? 'orders' : 'order.shipped'}`],
      run: async (given) => write(kind as Kind, given.name),
    }),
  );
  const carriers = Object.entries(carrying).map(([kind, [summary, own]]) =>
    defineCommand({
      ...{ name: `make:${kind}`, summary, about: `${aboutFields}\n${own}` },
      ...{ json: false, input: { name, fields, about: sentence } },
      examples: [`make:${kind} order.shipped`, `make:${kind} order.placed --fields "order_id:uuid item:string"`],
      run: async ({ name: carrier, ...options }) => write(kind as Kind, carrier, options),
    }),
  );
  return [
    ...[
      ...carriers,
      ...commands,
      makeJob(write),
      makeSchedule(write),
      makeEndpointCommand(write),
      makeMigration(write),
    ],
    ...[makeQueue(write), makeVariable(write), makeAlert(write)],
  ];
}

function makeJob(write: Write): Command {
  return defineCommand({
    ...{ name: 'make:job', summary: 'Writes a job with its handler in the worker, or several at once' },
    ...{ about: `${aboutFields} Without fields it has an id.`, json: false },
    examples: [
      'make:job avatar.resize',
      'make:job report.build --fields "report_id:uuid year:integer" --about "Builds a report"',
      'make:job avatar.resize --from gateway --queue reports',
      'make:job order.pack order.collect order.close --fields "order_id:uuid"',
    ],
    input: {
      name,
      further: rest('further jobs of the same fields'),
      from: option(
        'NAME',
        'who dispatches it: the worker alone, or endpoints of the gateway too',
        z.enum(serviceNames, 'expected gateway or worker').default('worker'),
      ),
      queue: option('NAME', 'the queue of jobs that it goes over (default: jobs)', z.string().optional()),
      ...{ fields, about: sentence },
    },
    run: async ({ name: job, further, ...options }) => write('job', [job, ...further], options),
  });
}

function makeMigration(write: Write): Command {
  return defineCommand({
    ...{
      name: 'make:migration',
      summary: 'Writes a new table of the gateway or of the worker, or new columns of one',
      about: aboutFields,
      json: false,
    },
    examples: [
      'make:migration orders --fields "item:string quantity:integer"',
      'make:migration order.lines --service worker',
      'make:migration orders.shipped --change orders --fields "shipped_at:time"',
    ],
    input: {
      name: argument('the table, such as orders or order.lines; of a change its own name', z.string()),
      change: option('TABLE', 'the table that gets the fields, as columns that may be empty', z.string().optional()),
      ...{ service, fields, about: sentence },
    },
    run: async ({ name: migration, ...options }) => write('migration', migration, options),
  });
}

function makeSchedule(write: Write): Command {
  return defineCommand({
    ...{ name: 'make:schedule', json: false },
    summary: 'Writes what is done again and again, once across all replicas, with its schedule',
    about: `${about}
In the worker it is a job, which is tried until it succeeds. In the gateway it is a function, which has the gateway's tables, events and jobs.`,
    examples: [
      'make:schedule invoices.prune',
      'make:schedule report.send --cron "0 4 * * 1"',
      'make:schedule orders.forget --service gateway',
      'make:schedule report.build --queue reports',
    ],
    input: {
      name,
      service: option(
        'NAME',
        'whose tables it works on: worker (default) or gateway',
        z.enum(serviceNames, 'expected gateway or worker').default('worker'),
      ),
      cron: option('CRON', 'when, in UTC (default: every night)', cron.optional()),
      queue: option('NAME', 'of a job: the queue of jobs that it goes over (default: jobs)', z.string().optional()),
      about: sentence,
    },
    run: async ({ name: job, ...options }) => {
      // What patterns are read with loads databases and queues, which no other file that is written needs.
      if (options.cron) (await import('./require-cron.ts')).requireCron(options.cron);
      write('schedule', job, options);
    },
  });
}

function makeVariable(write: Write): Command {
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
      default: option(
        'VALUE',
        'what it is where nobody sets it',
        z
          .string()
          .regex(/^[^\r\n]+$/, 'expected one line of text')
          .optional(),
      ),
      about: option('TEXT', 'what it is for', line.optional()),
    },
    run: async ({ name: variable, default: fallback, ...rest }) => write('variable', variable, { ...rest, fallback }),
  });
}

function makeQueue(write: Write): Command {
  return defineCommand({
    ...{ name: 'make:queue', json: false, examples: ['make:queue reports', 'make:queue reports --job report.build'] },
    summary: 'Writes a queue of jobs, with a Deployment that consumes it and what scales that',
    about: 'Its dead letters, metrics, alarms and provisioning follow from the list of queues.',
    input: {
      name: argument('its name, such as reports', z.string()),
      job: repeated('NAME', 'a job of the worker that goes over it from now on'),
    },
    run: async ({ name: queue, job: jobs }) => write('queue', queue, { jobs }),
  });
}

function makeAlert(write: Write): Command {
  return defineCommand({
    ...{ name: 'make:alert', summary: 'Writes an alert, the cases of its test, and its section of the runbook', about },
    ...{ json: false, examples: ['make:alert parcels.lost --when "sum(increase(parcels_lost_total[1h])) > 10"'] },
    input: {
      name,
      when: option('PROMQL', 'what it fires at', z.string().trim().min(1)),
      about: option('TEXT', 'what is wrong then', line.optional()),
      action: option('TEXT', 'what to look at first', line.optional()),
    },
    run: async ({ name: alert, ...options }) => write('alert', alert, options),
  });
}
