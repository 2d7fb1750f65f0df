import type { Command } from '@postern/runtime';
import type { Progress } from '../accounts/tokens/resealing.ts';
import { parseWithBy, type WithKeys } from './keys.ts';

const USAGE = `keys re-encrypt [--dry-run] [--by NAME]

Seals every secret in the database (signing keys, TOTP secrets, the root key) anew with the first key of KEY_ENCRYPTION_KEY,
while gateways go on serving. Before it, every gateway has to have both keys, the new one first; after it, the old one can be left out.
It can be broken off and run again. --dry-run counts and changes nothing.`;

/** Brings everything under the writing key of KEY_ENCRYPTION_KEY. Exits with 1 when something does not open. */
export function keysReEncrypt(withKeys: WithKeys): Command {
  return {
    name: 'keys re-encrypt',
    summary: 'Seals every secret in the database anew with the first key of KEY_ENCRYPTION_KEY',
    usage: USAGE,
    run: async (args) => {
      const { 'dry-run': dryRun = false, by } = parseWithBy(args, { 'dry-run': { type: 'boolean' } });
      const tables = new Map<string, Progress>();
      let writing = '';
      await withKeys(async (keys) => {
        writing = keys.writing;
        for await (const progress of keys.reEncrypt({ dryRun, by })) {
          tables.set(progress.table, progress);
          process.stdout.write(`${progress.table}: ${progress.done} of ${progress.of}\n`);
        }
      });
      const sum = (of: 'resealed' | 'unreadable') => [...tables.values()].reduce((total, it) => total + it[of], 0);
      process.stdout.write(`${dryRun ? 'Would seal' : 'Sealed'} ${sum('resealed')} anew with ${writing}.\n`);
      const unreadable = sum('unreadable');
      if (unreadable === 0 && !dryRun)
        process.stdout.write(
          'Every other key can be left out of KEY_ENCRYPTION_KEY, where every gateway had this one first before.\n',
        );
      if (unreadable === 0) return 0;
      process.stderr.write(
        `keys re-encrypt: ${unreadable} do not open with any key of KEY_ENCRYPTION_KEY; put back the key that sealed them, and run this again\n`,
      );
      return 1;
    },
  };
}
