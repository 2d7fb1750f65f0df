const LONGEST = 64;
// A scheme, a path, an @, "www", or letters right after a dot ("evil.example"): mail clients turn these into links.
const COULD_BE_A_LINK = /:\/\/|[/\\@]|\bwww\b|\p{L}[.．。｡]\p{L}{2,}/iu;

/**
 * The name if it can be a name. A stranger can register anybody's address under the name "You won, see evil.example",
 * and the sender of that advertisement would be us; such a name is left out of the mail, and so is an overlong one.
 */
export function greetable(name: string | undefined): string | undefined {
  const trimmed = name?.trim() ?? '';
  return trimmed === '' || trimmed.length > LONGEST || COULD_BE_A_LINK.test(trimmed) ? undefined : trimmed;
}
