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

/**
 * The same of what is said about one address: servers also name the mailbox alone ("ann.miller... No such user"), which beside its domain is the
 * address again. A code (5.1.1) is no mailbox.
 */
export function withoutMailbox(text: string, address: string): string {
  const mailbox = address.slice(0, address.lastIndexOf('@')).replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  const word = new RegExp(`(?<![\\p{L}\\p{N}._+-])${mailbox}(?![\\p{L}\\p{N}_+-]|\\.[\\p{L}\\p{N}])`, 'giu');
  return withoutAddresses(text).replace(word, '…');
}
