import { type Command, takesNoArguments } from '@postern/runtime';
import type { WithKeys } from './keys.ts';

/** Shows the keys whose tokens are accepted, and those that seal secrets in the database. */
export function keysList(withKeys: WithKeys): Command {
  return {
    name: 'keys list',
    summary:
      'Shows the keys whose access tokens are accepted, newest first, and those that seal what the database keeps',
    run: async (args) => {
      takesNoArguments(args);
      await withKeys(async (operations) => {
        const keys = await operations.list();
        for (const { kid, signsFrom, acceptedUntil } of keys) {
          const until = acceptedUntil
            ? `accepted until ${acceptedUntil.toISOString()}`
            : 'accepted until it is replaced';
          process.stdout.write(`${kid}  signs from ${signsFrom.toISOString()}  ${until}\n`);
        }
        if (keys.length === 0) process.stdout.write('none: the first one is made when a gateway starts\n');
        for (const [index, { id, values }] of (await operations.sealing()).entries()) {
          const name = id === '' ? 'no key that is named' : `key ${id}${index === 0 ? ', which writes' : ''}`;
          if (id !== '' || values > 0) process.stdout.write(`KEY_ENCRYPTION_KEY: ${values} sealed with ${name}\n`);
        }
      });
    },
  };
}
