import { type Command, defineCommand, flag, type Opened } from '@postern/runtime';
import type { KeyOperations } from '../accounts/tokens/key-operations.ts';
import type { Progress } from '../accounts/tokens/resealing.ts';

/** Brings everything under the writing key of KEY_ENCRYPTION_KEY. Exits with 1 when something does not open. */
export function keysReEncrypt(open: Opened<KeyOperations>): Command {
  return defineCommand({
    name: 'keys re-encrypt',
    summary: 'Re-encrypts every secret in the database with the first key of KEY_ENCRYPTION_KEY',
    about: `Signing keys, TOTP secrets, the root key; while gateways go on serving. Before it, every gateway has to have both keys, the new one
first; after it, the old one can be left out. It can be broken off and run again.`,
    examples: ['keys re-encrypt --dry-run', 'keys re-encrypt --by ann'],
    input: { dryRun: flag('count, and change nothing') },
    acts: true,
    run: ({ dryRun }, { answer, note, progress, by }) =>
      open(async (keys) => {
        const tables = new Map<string, Progress>();
        for await (const table of keys.reEncrypt({ dryRun, by })) {
          tables.set(table.table, table);
          progress(table.table, table.done, table.of);
        }
        const sum = (of: 'resealed' | 'unreadable') => [...tables.values()].reduce((total, it) => total + it[of], 0);
        const [resealed, unreadable] = [sum('resealed'), sum('unreadable')];
        answer({ dry_run: dryRun, key: keys.writing, resealed, unreadable, tables: [...tables.values()] }, [
          `${dryRun ? 'Would re-encrypt' : 'Re-encrypted'} ${resealed} anew with ${keys.writing}.`,
          ...(unreadable === 0 && !dryRun
            ? ['Every other key can be left out of KEY_ENCRYPTION_KEY, where every gateway had this one first before.']
            : []),
        ]);
        if (unreadable === 0) return 0;
        note(
          `${unreadable} do not open with any key of KEY_ENCRYPTION_KEY; put back the key that sealed them, and run this again`,
        );
        return 1;
      }),
  });
}
