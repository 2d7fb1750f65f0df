import type { Command } from '@postern/runtime';
import { parseWithBy, type WithKeys } from './keys.ts';

/** Brings in a new key that signs access tokens; the one before is accepted until its last token has expired. */
export function keysRotate(withKeys: WithKeys): Command {
  return {
    name: 'keys rotate',
    summary: 'Makes a new key for access tokens; the old one is accepted until its last token has expired',
    usage: 'keys rotate [--by NAME]',
    run: async (args) => {
      const { by } = parseWithBy(args);
      await withKeys(async (keys) => {
        const { kid, signsFrom } = await keys.rotate(by);
        process.stdout.write(`New key ${kid}; it signs from ${signsFrom.toISOString()} on.\n`);
      });
    },
  };
}
