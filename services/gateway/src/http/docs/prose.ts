import { escapeHtml } from '@postern/runtime';

/** Backquoted parts as `<code>`; everything else escaped. */
export function prose(text: string): string {
  return escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}
