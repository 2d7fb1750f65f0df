import { type Command, defineCommand, flag, type Opened, UsageError } from '@postern/runtime';
import type { RootReplacement } from '../accounts/sessions/root-replacement.ts';

/** A new root key in the place of one that may have leaked. */
export function keysReplaceRoot(open: Opened<RootReplacement>): Command {
  return defineCommand({
    name: 'keys replace-root',
    summary: 'Replaces the root key in the database: everybody signs in again',
    about: `For a root key that may have leaked: with KEY_ENCRYPTION_KEY and a copy of the database, say. Gateways go on serving and take on the new one within
ten seconds. It ends every session, and with them what else is derived from the key: known devices, delays against guessing, the answers kept
for repeated requests. Second factors, passwords and mailed links stay. Broken off, it is run again.`,
    examples: ['keys replace-root --dry-run', 'keys replace-root --now --by ann'],
    input: { now: flag('everybody signs in again'), dryRun: flag('count the sessions, and change nothing') },
    acts: true,
    run: async ({ now, dryRun }, { answer, progress, by }) => {
      if (!now && !dryRun)
        throw new UsageError('everybody will have to sign in again: add --now, or --dry-run to count');
      await open(async (root) => {
        if (dryRun) {
          const sessions = await root.sessions();
          return answer({ dry_run: true, sessions }, `Would end ${sessions} sessions.`);
        }
        let ended = 0;
        for await (const sessions of root.run(by)) {
          ended = sessions.ended;
          progress('sessions ended', ended, sessions.of);
        }
        answer({ dry_run: false, sessions: ended }, [
          `Replaced the root key and ended ${ended} sessions; everybody signs in again.`,
          'Gateways that serve take on the new key within ten seconds: their logs have "the root key was replaced".',
        ]);
      });
    },
  });
}
