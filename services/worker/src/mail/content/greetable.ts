const LONGEST = 64;
/** What no name has, and a number to call does: so many digits, in any script and however they are spread. */
const MIN_DIGITS = 3;
/**
 * What some mail client may turn into a link: a scheme, a path, an @, "www", or a dot right before what could be the end of a domain. Any
 * two letters count, not the top-level domains of today's list: a new one must not find a way through, and "St.John" loses no more than
 * his name in a greeting.
 */
const COULD_BE_A_LINK = /[/\\@]|:\S|\bwww\b|\.[\p{L}\p{M}\p{N}]{2,}/iu;

/**
 * The name if it can be a name. A stranger can sign up with anybody's address under the name "You won, see evil.example" or "Call 0800
 * 123 now", and the sender of that advertisement would be us; such a name is left out of the mail, and so is an overlong one.
 */
export function greetable(name: string | undefined): string | undefined {
  const trimmed = name?.trim() ?? '';
  if (trimmed === '' || trimmed.length > LONGEST) return undefined;
  // As a client may read it: other dots and slashes are dots and slashes to some, and what is invisible hides nothing.
  const read = trimmed
    .normalize('NFKC')
    .replaceAll('。', '.')
    .replaceAll(/\p{Cf}/gu, '');
  const digits = read.match(/\p{N}/gu)?.length ?? 0;
  return digits >= MIN_DIGITS || COULD_BE_A_LINK.test(read) ? undefined : trimmed;
}
