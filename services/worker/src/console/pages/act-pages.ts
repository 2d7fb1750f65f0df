import { html, path } from '../../mail/content/html.ts';
import type { AuditEntry, AuditResult, OperatorAudit } from '../../operators/operator-audit.ts';
import { notice } from '../views/notice.ts';
import { badge, link, older, type Tone, table, time, wide } from '../views/parts.ts';
import { ConsoleFault, type ConsoleRequest, type ConsoleRoute, get, page } from '../web/console-route.ts';
import { idIn, readId } from './query-fields.ts';

const PAGE = 50;
const TONES: Record<AuditResult, Tone> = { begun: 'busy', done: 'good', failed: 'bad', refused: 'warn' };

/** What operators did, and how far what they have begun is. */
export function actPages(audit: OperatorAudit): ConsoleRoute[] {
  return [
    get('/audit', async ({ query, now }) => {
      const operator = query.get('operator')?.trim() || undefined;
      const entries = await audit.list({ operator, before: idIn(query, 'before'), limit: PAGE + 1 });
      const shown = entries.slice(0, PAGE);
      const last = shown.at(-1)?.id;
      const next =
        entries.length > PAGE && last !== undefined
          ? path`/audit?operator=${operator ?? ''}&before=${last}`
          : undefined;
      return page(
        '/audit',
        'Audit',
        html`<h1>Audit</h1><p class="lead">Who did what, on what, and what came of it${operator !== undefined && html`, by <b>${operator}</b> (${link(path`/audit`, 'show all')})`}.</p>
${auditTable(shown, now)}${older(next)}`,
      );
    }),
    get('/acts/:id', async ({ params }: ConsoleRequest) => {
      const id = readId(params.id);
      const entry = id && (await audit.find(id));
      if (!entry) throw new ConsoleFault(404, 'Nothing was done under this id.');
      return { kind: 'fragment', body: notice(entry) };
    }),
  ];
}

const by = (operator: string) => link(path`/audit?operator=${operator}`, operator);

function auditTable(entries: readonly AuditEntry[], now: Date) {
  return table({
    caption: 'What operators did',
    captionHidden: true,
    columns: ['When', wide('Operator'), 'What', 'Result', wide('Detail')],
    rows: entries.map(({ at, operator, action, target, result, detail }) => [
      html`${time(at, now)}<small class="narrow">${by(operator)}</small>`,
      by(operator),
      html`${action}<small><code>${target}</code></small>`,
      badge(result, TONES[result]),
      detail,
    ]),
    empty: html`<p>Nothing has been done here yet. Sign-ins and every act of an operator will be listed.</p>`,
  });
}
