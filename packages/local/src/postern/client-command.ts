import { join } from 'node:path';
import { type Command, defineCommand } from '@postern/runtime/light';
import { repositoryRoot } from '../repository.ts';
import { runChild } from '../run-child.ts';

/** The tests that make what follows from the sources, and which of their names those have. */
const MAKERS = ['services/gateway/test/client-types.test.ts', 'services/gateway/src/commands/commands.test.ts'];
const MAKING = 'docs/api.md|types, facts and requests|docs/commands.md';

/** Makes what others read of the API and the commands, as `check` does among all the rest. */
export function clientCommand(env: NodeJS.ProcessEnv): Command {
  return defineCommand({
    name: 'client:generate',
    summary: "Makes the client's types and requests and the tables of the documents anew from the sources",
    about: `Those are the types and requests of packages/client, the table of docs/api.md, and the gateway's rows of docs/commands.md: to be
committed with what changed them. Nothing has to run. It takes seconds, names the
lines of documents that tell of a command or an operation that is gone, and \`check\` does the same among all the rest.`,
    examples: ['client:generate'],
    json: false,
    input: {},
    run: () => {
      // Where CI is set they only compare.
      const { CI: _, ...own } = env;
      const vitest = join(repositoryRoot, 'node_modules/vitest/vitest.mjs');
      const args = [vitest, 'run', ...MAKERS, '--testNamePattern', MAKING];
      return runChild(process.execPath, args, { cwd: repositoryRoot, env: own });
    },
  });
}
