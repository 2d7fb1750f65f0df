import { argument, type Command, defineCommand, flag, type Opened, UsageError } from '@postern/runtime';
import { z } from 'zod';
import type { KeyOperations } from '../accounts/tokens/key-operations.ts';
import { keysReEncrypt } from './keys-re-encrypt.ts';

/** What operators do with the keys in the database. */
export function keysCommands(open: Opened<KeyOperations>): Command[] {
  return [
    defineCommand({
      name: 'keys list',
      summary:
        'Shows the keys whose access tokens are accepted, newest first, and those that seal what the database keeps',
      examples: ['keys list', 'keys list --json'],
      run: (_input, { answer }) =>
        open(async (operations) => {
          const keys = await operations.list();
          const sealing = (await operations.sealing()).filter(({ id, values }) => id !== '' || values > 0);
          const lines = keys.map(({ kid, signsFrom, acceptedUntil }) => {
            const until = acceptedUntil?.toISOString() ?? 'it is replaced';
            return `${kid}  signs from ${signsFrom.toISOString()}  accepted until ${until}`;
          });
          if (keys.length === 0) lines.push('none: the first one is created when a gateway starts');
          for (const [index, { id, values }] of sealing.entries()) {
            const name = id === '' ? 'no key that is named' : `key ${id}${index === 0 ? ', which writes' : ''}`;
            lines.push(`KEY_ENCRYPTION_KEY: ${values} sealed with ${name}`);
          }
          const signing = keys.map(({ kid, signsFrom, acceptedUntil }) => ({
            ...{ kid, signs_from: signsFrom, accepted_until: acceptedUntil },
          }));
          answer({ signing, sealing }, lines);
        }),
    }),
    defineCommand({
      name: 'keys rotate',
      summary: 'Creates a new key for access tokens; the old one is accepted until its last token has expired',
      examples: ['keys rotate', 'keys rotate --by ann'],
      acts: true,
      run: (_input, { answer, by }) =>
        open(async (operations) => {
          const { kid, signsFrom } = await operations.rotate(by);
          answer({ kid, signs_from: signsFrom }, `New key ${kid}; it signs from ${signsFrom.toISOString()} on.`);
        }),
    }),
    defineCommand({
      name: 'keys revoke',
      summary: 'Refuses the access tokens of a key from now on',
      about:
        'For a key that may have leaked. Its access tokens are refused by every gateway within ten seconds, and whoever has one refreshes it. Others who verify tokens by the JWKS follow when they read it again.',
      examples: ['keys revoke qWq8… --now --by ann'],
      input: {
        id: argument('the id of a key, as `keys list` shows it', z.string()),
        now: flag('a revoked key does not come back'),
      },
      acts: true,
      run: async ({ id, now }, { answer, by }) => {
        if (!now) throw new UsageError('a revoked key does not come back: add --now');
        await open(async (operations) => {
          const { successor } = await operations.revoke(id, by);
          answer({ revoked: id, successor: successor ?? null }, [
            `Revoked ${id}; every gateway refuses its tokens within ten seconds.`,
            ...(successor ? [`New key ${successor}; it signs from now on.`] : []),
          ]);
        });
      },
    }),
    keysReEncrypt(open),
  ];
}
