const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

// The C0 and C1 controls except tab and line feed, and the noncharacters: HTML's "parse error" list.
const UNPRINTABLE = /[^\P{Cc}\t\n]|\p{Noncharacter_Code_Point}/gu;

/** Escapes a text for HTML text and quoted attributes; what HTML cannot hold (control characters, halves of pairs) goes. */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(UNPRINTABLE, '')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
