/**
 * A server's words in letters that every column takes: what it says decides what becomes of a mail, and a database whose
 * tables know fewer letters must not keep that from being written down.
 */
export function plainText(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}
