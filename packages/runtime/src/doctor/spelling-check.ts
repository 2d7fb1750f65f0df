import { type Check, ok, warning } from './finding.ts';

/** Slips of the hand: a letter too many, too few, another, or two. */
const MAX_SLIPS = 2;
/** Shorter names are near to those of other programs. */
const SHORTEST = 6;

/**
 * Variables that nobody reads and that are nearly one of ours: a misspelled one is not set, and its default counts without a word.
 *
 * @param known names of every variable of the service
 */
export function spellingCheck(known: readonly string[], env: Record<string, string | undefined> = process.env): Check {
  const names = new Set(known.flatMap((name) => [name, `${name}_FILE`]));
  return {
    subject: 'variables',
    run: async () => {
      const findings = Object.keys(env).flatMap((given) => {
        if (names.has(given) || given.length < SHORTEST) return [];
        const meant = [...names].find((name) => !env[name] && slips(given, name) <= MAX_SLIPS);
        return meant === undefined
          ? []
          : [warning(given, 'no variable of this service', `if ${meant} is meant, rename it`)];
      });
      return findings.length > 0 ? findings : [ok('variables', 'none looks misspelled')];
    },
  };
}

/** Edits from one text to the other (Levenshtein), or more than counts where the lengths say so already. */
function slips(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > MAX_SLIPS) return MAX_SLIPS + 1;
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (let column = 1; column <= other.length; column++) {
      const replaced = (row[column - 1] as number) + (letter === other[column - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[column] as number) + 1, (next[column - 1] as number) + 1));
    }
    row = next;
  }
  return row.at(-1) as number;
}
