import { type PassedOn, runCommandLine, UsageError } from '@postern/runtime/light';
import manifest from '../../package.json' with { type: 'json' };
import { capabilityCommands } from '../capabilities/capability-commands.ts';
import { recordCommand } from '../contracts/record-command.ts';
import { newCommand } from '../product/new-command.ts';
import { type ServiceName, serviceNames } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import { clientCommand } from './client-command.ts';
import { serviceCommands } from './commands.ts';
import { makeCommands } from './make-commands.ts';
import { runInServices } from './run-in-services.ts';
import { workCommand } from './work-command.ts';

/** The command line of the whole system on this machine: its own commands, and those of the services. */
export async function postern(args: readonly string[], terminal: Terminal, env = process.env): Promise<number> {
  const context = { terminal, env };
  const commands: PassedOn[] = serviceCommands.map(({ name, summary, example, services }) => ({
    ...{ name, summary, examples: [example] },
    passOn: (rest) => runInServices(services, [name, ...rest], context),
  }));
  const throughService = serviceNames.map(
    (name): PassedOn => ({
      ...{ name, summary: `Any command of the ${name}`, examples: [`${name} --help`] },
      passOn: (rest) => runInService(name, rest, context),
    }),
  );
  const given = args.length === 0 || args[0] === 'list' ? ['--help'] : args;
  const code = await runCommandLine(given, {
    service: 'postern',
    version: manifest.version,
    commands: [
      ...commands,
      ...throughService,
      ...makeCommands(terminal),
      workCommand(terminal, env),
      newCommand(terminal),
      recordCommand(terminal, env),
      clientCommand(env),
      ...capabilityCommands(terminal, env),
    ],
  });
  return code ?? 0;
}

async function runInService(name: ServiceName, args: readonly string[], context: Parameters<typeof runInServices>[2]) {
  // Without a command the service would serve, beside the playground's own.
  if (args.length === 0) {
    const further = name === 'worker' ? '; `postern work` runs one more worker' : '';
    throw new UsageError(`\`postern ${name}\` needs a command of the ${name}${further}`);
  }
  return runInServices([name], args, context);
}
