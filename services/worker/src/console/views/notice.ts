import { type Html, html, path } from '../../mail/content/html.ts';
import type { AuditEntry } from '../../operators/operator-audit.ts';

const WORDS = { begun: 'Under way', done: 'Done', failed: 'Failed', refused: 'Refused' } as const;

/** What became of what somebody has just done. While it is under way it asks again each second. */
export function notice({ id, action, target, result, detail }: AuditEntry): Html {
  const text = html`<strong>${WORDS[result]}</strong> <span>${action} ${target}${detail === '' ? '' : `: ${detail}`}</span>`;
  if (result === 'begun') {
    return html`<div class="notice begun" role="status" hx-get="${path`/acts/${id}`.toString()}" hx-trigger="every 1s" hx-swap="outerHTML">${text}</div>`;
  }
  return html`<div class="notice ${result}" role="status">${text}</div>`;
}
