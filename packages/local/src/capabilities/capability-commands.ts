import { argument, type Command, defineCommand, table } from '@postern/runtime/light';
import { z } from 'zod';
import { breaksIn, withoutProse } from '../contracts/api-contract.ts';
import { DESCRIBING, describedApi } from '../contracts/described-api.ts';
import { Records } from '../contracts/records.ts';
import { repositoryRoot } from '../repository.ts';
import { onStopSignals } from '../stop-signals.ts';
import type { Terminal } from '../terminal.ts';
import { CapabilityList } from './capability-list.ts';

const input = { name: argument('its name, such as two-factor', z.string()) };

/** What a product is without, and with again. */
export function capabilityCommands(terminal: Terminal, env: NodeJS.ProcessEnv): Command[] {
  const change = async (name: string, there: boolean): Promise<void> => {
    let undo = () => {};
    const interrupted = () => {
      undo();
      process.exit(130);
    };
    // Before the list is changed: a signal that came between the two would end the process, and leave the list as it is then.
    onStopSignals(interrupted, interrupted, env);
    undo = new CapabilityList().change(name, there);
    const api = await apiAsItIs(terminal, env).catch((error: unknown) => {
      undo();
      throw error;
    });
    const records = new Records(repositoryRoot);
    const before = records.api();
    terminal.line(`  ${records.writeApi(api)}`);
    // What is in it beside the capability was not held against the record.
    for (const what of before ? breaksIn(before, api) : []) terminal.line(`    ${what}`);
    terminal.line(
      'Next, `npx -y pnpm@12 postern client:generate` makes the client and the tables of the documents anew.',
    );
  };
  return [
    defineCommand({
      name: 'capability:list',
      summary: 'Lists what the gateway can be without, and what it is without',
      examples: ['capability:list', 'capability:list --json'],
      input: {},
      run: async (_, { answer }) => {
        const all = new CapabilityList().all();
        answer(all, table(all.map(({ name, there }) => [name, there ? '' : 'out'])));
      },
    }),
    defineCommand({
      name: 'capability:remove',
      summary: 'Takes a capability out of the gateway, and records the API without it',
      about: `Whoever calls its operations is answered with 404 from then on. Its sources, tests and tables stay: docs/extending.md has what to know
of each. What that breaks for clients is listed: what is not of the capability has another cause.`,
      examples: ['capability:remove two-factor'],
      json: false,
      input,
      run: ({ name }) => change(name, false),
    }),
    defineCommand({
      name: 'capability:restore',
      summary: 'Puts a capability back that was taken out, and records the API with it',
      examples: ['capability:restore two-factor'],
      json: false,
      input,
      run: ({ name }) => change(name, true),
    }),
  ];
}

/** Of a gateway that is started for it: one that runs may be of another list. */
async function apiAsItIs(terminal: Terminal, env: NodeJS.ProcessEnv) {
  const { startOwn } = await import('../playground/find-playground.ts');
  const playground = await startOwn(terminal, env, DESCRIBING);
  try {
    return withoutProse(await describedApi(playground.gateway));
  } finally {
    await playground.stop();
  }
}
