/** A text as a literal of TypeScript. */
export function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, '\\$&').replaceAll('\n', '\\n')}'`;
}

/** A text as the sentence of a comment, or what asks for one. */
export function sentence(text: string | undefined, otherwise: string): string {
  if (text === undefined) return otherwise;
  const line = text.trim().replaceAll(/\s+/g, ' ').replaceAll('*/', '* /');
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.!?]$/.test(line) ? '' : '.'}`;
}

/** A text as a cell of a table in Markdown. */
export function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
