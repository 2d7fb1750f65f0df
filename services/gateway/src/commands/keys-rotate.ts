import { type Command, takesNoArguments } from '@postern/runtime';
import type { KeyRing } from '../accounts/tokens/key-ring.ts';

/** Brings in a new key that signs access tokens; the one before is accepted until its last token has expired. */
export function keysRotate(withKeyRing: (work: (ring: KeyRing) => Promise<void>) => Promise<void>): Command {
  return {
    name: 'keys rotate',
    summary: 'Makes a new key for access tokens; the old one is accepted until its last token has expired',
    run: async (args) => {
      takesNoArguments(args);
      await withKeyRing(async (ring) => {
        const { kid, signsFrom } = await ring.rotate();
        process.stdout.write(`New key ${kid}; it signs from ${signsFrom.toISOString()} on.\n`);
      });
    },
  };
}
