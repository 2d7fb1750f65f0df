import { askElsewhere, byAge, readWaits, type Waiting } from '@postern/durable';
import { type Html, html, path } from '../../mail/content/html.ts';
import { workerWaits } from '../../peer/worker-waits.ts';
import { count, field, numbers, table, time, wide } from '../views/parts.ts';
import { type ConsoleRoute, get, page } from '../web/console-route.ts';
import { idIn, textIn } from './query-fields.ts';
import type { WholeSystem } from './trace-page.ts';

/** What has not happened yet, by kind, of everybody or of one person. Nothing is received for it. */
export function waitsPage({ database, gateway }: WholeSystem): ConsoleRoute[] {
  return [
    get('/waits', async ({ query, now }) => {
      const asked = { user: idIn(query, 'user'), type: textIn(query, 'type') };
      const problems: string[] = [];
      const [own, others] = await Promise.all([
        readWaits(database, workerWaits, asked),
        askElsewhere(
          () => gateway?.waits(asked),
          (problem) => problems.push(problem),
        ),
      ]);
      const waiting = byAge([...own, ...others]);
      return page(
        '/waits',
        'What waits',
        html`<h1>What waits</h1><p class="lead">What has not happened yet, by type, of everybody or of one person.</p>
<form class="filter" action="${path`/waits`}">${field('user', 'User', asked.user ?? '', 'The id of a person')}${field('type', 'Type', asked.type ?? '', 'user.registered, or the name of a mail')}<button class="primary">Filter</button></form>
${problems.map((problem) => html`<p class="fault" role="alert">The gateway’s part is missing: ${problem}</p>`)}
${waitsTable(waiting, now)}
<p class="quiet">${gateway ? 'From both outboxes, the ledger of mails and the records of jobs.' : html`From the worker’s outbox, the ledger of mails and the records of jobs. What the gateway has yet to send is shown too where <code>GATEWAY_OPS_URL</code> and <code>PEER_KEY</code> are set.`} What is in SQS cannot be listed: the overview counts it.</p>`,
      );
    }),
  ];
}

function waitsTable(waiting: readonly Waiting[], now: Date): Html {
  return table({
    caption: 'What waits',
    captionHidden: true,
    columns: ['Type', wide('Where'), numbers('Count'), 'Since', wide('Next')],
    rows: waiting.map(({ part, type, why, count: many, oldest, next }) => [
      html`${type}<small>${why}</small>`,
      part,
      count(many),
      time(oldest, now),
      time(next, now),
    ]),
    empty: html`<p>Nothing waits. What is to be sent, tried again or done as a job would be listed.</p>`,
  });
}
