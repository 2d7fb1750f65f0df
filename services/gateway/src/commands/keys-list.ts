import { type Command, takesNoArguments } from '@postern/runtime';
import type { KeyRing } from '../accounts/tokens/key-ring.ts';

/** Shows the keys whose tokens are accepted. */
export function keysList(withKeyRing: (work: (ring: KeyRing) => Promise<void>) => Promise<void>): Command {
  return {
    name: 'keys list',
    summary: 'Shows the keys whose access tokens are accepted, newest first',
    run: async (args) => {
      takesNoArguments(args);
      await withKeyRing(async (ring) => {
        const keys = await ring.list();
        for (const { kid, signsFrom, acceptedUntil } of keys) {
          const until = acceptedUntil
            ? `accepted until ${acceptedUntil.toISOString()}`
            : 'accepted until it is replaced';
          process.stdout.write(`${kid}  signs from ${signsFrom.toISOString()}  ${until}\n`);
        }
        if (keys.length === 0) process.stdout.write('none: the first one is made when a gateway starts\n');
      });
    },
  };
}
