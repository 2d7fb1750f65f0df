/**
 * Somebody else's words without an e-mail address: servers and libraries quote what they were given, and what is kept for long has none. A
 * word is looked at from its beginning only: a long one without an @, which a stranger may say, would be looked at once for each of its letters.
 */
export function withoutAddresses(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/<[^<>\s]*>/g, '<…>')
    .replace(/(?<![^\s<>])[^\s<>]*@[^\s<>]*/g, '…')
    .trim();
}
