import { argument, type Command, defineCommand, flag, option } from '@postern/runtime/light';
import { z } from 'zod';
import { aboutFields, fields, sentence, type Write } from './make-inputs.ts';
import { METHODS } from './scaffold.ts';

export function makeEndpointCommand(write: Write): Command {
  return defineCommand({
    ...{ name: 'make:endpoint', summary: 'Writes an operation of the API, in a capability of its own, with its tests' },
    about: `${aboutFields}
Without options it is a GET, and with fields, a table, an event or a job a POST that is sent what they have; whoever calls it is signed in.`,
    json: false,
    examples: [
      'make:endpoint orders.list',
      'make:endpoint orders --table orders --fields "item:string quantity:integer"',
      'make:endpoint orders --event order.placed --table orders --about "Place an order"',
      'make:endpoint notes --resource --fields "title:string text:string"',
      'make:endpoint avatars.resize --job avatar.resize',
    ],
    input: {
      name: argument('its name, such as orders, or orders.ship', z.string()),
      method: option(
        'METHOD',
        METHODS.join(', '),
        z
          .string()
          .toUpperCase()
          .pipe(z.enum(METHODS, `expected ${METHODS.join(', ')}`))
          .optional(),
      ),
      resource: flag('all that its owner does with a row of the table: list, create, read, update and delete'),
      event: option('TYPE', 'the event that it dispatches: it is sent what the event carries', z.string().optional()),
      job: option(
        'TYPE',
        'the job that it dispatches (of `make:job --from gateway`): it is sent what the job carries',
        z.string().optional(),
      ),
      table: option(
        'NAME',
        'the table that it keeps what it is sent in (with --resource: the name of the endpoint)',
        z.string().optional(),
      ),
      ...{ fields, about: sentence },
    },
    run: async ({ name, ...options }) => write('endpoint', name, options),
  });
}
