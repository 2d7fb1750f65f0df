import { type Command, UsageError } from '@postern/runtime';
import { UnknownKeyError } from '../accounts/tokens/key-ring.ts';
import { operator, type WithKeys } from './keys.ts';

const USAGE = `keys revoke ID --now

For a key that may have leaked. Its access tokens are refused by every gateway within ten seconds, and whoever has one
refreshes it. OPERATOR_NAME says who does it, for the audit log. ID is as \`keys list\` shows it. Others who verify tokens by the JWKS follow when they read it again.`;

/** Ends a key that may have leaked. */
export function keysRevoke(withKeys: WithKeys): Command {
  return {
    name: 'keys revoke',
    summary: 'Refuses the access tokens of a key from now on',
    usage: USAGE,
    run: async (args) => {
      const kid = readArguments(args);
      const by = operator();
      let code = 0;
      await withKeys(async (keys) => {
        try {
          const { successor } = await keys.revoke(kid, by);
          process.stdout.write(`Revoked ${kid}; every gateway refuses its tokens within ten seconds.\n`);
          if (successor) process.stdout.write(`New key ${successor}; it signs from now on.\n`);
        } catch (error) {
          if (!(error instanceof UnknownKeyError)) throw error;
          process.stderr.write(`keys revoke: ${error.message}\n`);
          code = 1;
        }
      });
      return code;
    },
  };
}

/** By hand: an id may begin with a hyphen, which a parser of options would take for one. */
function readArguments(args: readonly string[]): string {
  const [kid, ...further] = args.filter((word) => word !== '--now');
  // An id is too random to look like one.
  const option = args.find((word) => word !== '--now' && /^--[a-z]+(-[a-z]+)*(=|$)/.test(word));
  if (option !== undefined) throw new UsageError(`there is no option '${option}'`);
  if (kid === undefined || further.length > 0)
    throw new UsageError('expected the id of one key, as `keys list` shows it');
  if (!args.includes('--now')) throw new UsageError('a revoked key does not come back: add --now');
  return kid;
}
