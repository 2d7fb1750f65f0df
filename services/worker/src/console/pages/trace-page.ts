import { type Peer, wholeTrace } from '@postern/durable';
import type { Database } from '@postern/runtime';
import { html, path } from '../../mail/content/html.ts';
import { type HashAddress, workerTrace } from '../../worker-trace.ts';
import { field } from '../views/parts.ts';
import { traceView } from '../views/trace-view.ts';
import { type ConsoleRoute, get, page } from '../web/console-route.ts';
import { textIn } from './query-fields.ts';

export interface WholeSystem {
  database: Database;
  /** The gateway, where it may be asked. */
  gateway: Peer | undefined;
}

/** Any id that somebody has, or an address, and all that is known of it on one time line. */
export function tracePage({ database, gateway }: WholeSystem, hash: HashAddress): ConsoleRoute[] {
  const look = workerTrace(hash);
  return [
    get('/trace', async ({ query, now }) => {
      const id = textIn(query, 'id');
      const problems: string[] = [];
      const ask = gateway && ((asked: string) => gateway.trace(asked));
      const note = (problem: string) => void problems.push(problem);
      const moments = id === undefined ? [] : await wholeTrace(database, id, { look, ask, note });
      return page(
        '/trace',
        'Trace',
        html`<h1>Trace</h1><p class="lead">What became of a request, event, message, mail or person, and what has yet to happen.</p>
<form class="filter" action="${path`/trace`}">${field('id', 'Any id, or an address', id ?? '', 'Of a request or trace, an event, a job, a mail, a user, or the provider’s')}<button class="primary">Trace</button></form>
${problems.map((problem) => html`<p class="fault" role="alert">The gateway’s part is missing: ${problem}</p>`)}
${id !== undefined && traceView(moments, { id, now, whole: gateway !== undefined })}`,
      );
    }),
  ];
}
