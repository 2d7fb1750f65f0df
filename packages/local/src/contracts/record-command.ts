import { type Command, defineCommand, flag } from '@postern/runtime/light';
import { repositoryRoot } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import { DESCRIBING, describedApi } from './described-api.ts';
import { record } from './record.ts';
import { Records } from './records.ts';
import { releasedMessages } from './released-messages.ts';

/** Part of a release: what it promises to others is in the repository from then on. */
export function recordCommand(terminal: Terminal, env: NodeJS.ProcessEnv): Command {
  return defineCommand({
    name: 'contracts:record',
    summary: 'Records messages and API as they are released, for later changes to be held against',
    about:
      'The API is that of the running playground, or of a gateway that is started for it. What is recorded for the first time is listed.',
    examples: ['contracts:record', 'contracts:record --breaking'],
    json: false,
    input: { breaking: flag('record what breaks others, too: nobody has old messages or makes old calls any more') },
    run: async ({ breaking }) => {
      const { findPlayground } = await import('../playground/find-playground.ts');
      const playground = await findPlayground(terminal, env, DESCRIBING);
      try {
        const api = await describedApi(playground.gateway);
        record(new Records(repositoryRoot), await releasedMessages(), api, { breaking, terminal });
      } finally {
        if (playground.own) await playground.stop();
      }
    },
  });
}
