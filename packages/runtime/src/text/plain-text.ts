/**
 * Somebody's words in letters that every column takes: what they say decides what becomes of a mail or message, and a database whose
 * tables know fewer letters must not keep that from being written down.
 */
export function plainText(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}
