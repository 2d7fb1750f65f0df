import { type AnsweredRequest, askElsewhere, type Peer, type RequestsQuery } from '@postern/durable';
import { isUuid } from '@postern/runtime';
import { type Html, html, type Path, path } from '../../mail/content/html.ts';
import { choice, field, older } from '../views/parts.ts';
import { requestsTable } from '../views/requests-table.ts';
import { ConsoleFault, type ConsoleRoute, get, page } from '../web/console-route.ts';
import { idIn, oneIn, textIn, timeIn } from './query-fields.ts';

const PAGE = 50;
const OUTCOMES = ['failed', 'refused', 'done'] as const;

/** What the gateway refused, failed at or did, the newest first: where an operator begins who has an error and no id. */
export function requestsPage({ gateway }: { gateway: Peer | undefined }): ConsoleRoute[] {
  return [
    get('/requests', async ({ query, now }) => {
      const asked = readAsked(query);
      return page(
        '/requests',
        'Requests',
        html`<h1>Requests</h1><p class="lead">What the gateway refused or failed at, or has done, the newest first. Each leads to its trace.</p>
<form class="filter" action="${path`/requests`}">${choice('outcome', 'Outcome', OUTCOMES, asked.outcome ?? '', 'refused or failed')}
${field('person', 'Person', asked.person ?? '', 'An id, or an address')}${field('route', 'Route', asked.route ?? '', '/v1/users/:id')}
${timeInput('since', 'Since (UTC)', asked.since)}${timeInput('before', 'Before (UTC)', asked.before)}<button class="primary">Filter</button></form>
${gateway ? await answered(gateway, asked, now) : html`<p class="quiet">They are shown where <code>GATEWAY_OPS_URL</code> and <code>PEER_KEY</code> are set; <code>gateway requests</code> has them.</p>`}`,
      );
    }),
  ];
}

function timeInput(name: string, label: string, at: Date | undefined): Html {
  return html`<label>${label}<input type="datetime-local" name="${name}" value="${at?.toISOString().slice(0, 16) ?? ''}"></label>`;
}

interface Asked extends Pick<RequestsQuery, 'person' | 'route' | 'since' | 'before' | 'below'> {
  outcome: (typeof OUTCOMES)[number] | undefined;
}

/** @throws ConsoleFault for what cannot be meant */
function readAsked(query: URLSearchParams): Asked {
  const person = textIn(query, 'person');
  if (person !== undefined && !person.includes('@') && !isUuid(person)) {
    throw new ConsoleFault(400, 'person: expected an id or an address.');
  }
  return {
    ...{ person, outcome: oneIn(query, 'outcome', OUTCOMES), route: textIn(query, 'route') },
    ...{ since: timeIn(query, 'since'), before: timeIn(query, 'before'), below: idIn(query, 'below') },
  };
}

async function answered(gateway: Peer, asked: Asked, now: Date): Promise<Html> {
  const { outcome, ...rest } = asked;
  const problems: string[] = [];
  const is = (kind: (typeof OUTCOMES)[number]) => outcome === kind || (outcome === undefined && kind !== 'done');
  const kinds = { done: is('done'), refused: is('refused'), failed: is('failed') };
  const found = await askElsewhere(
    () => gateway.requests({ ...rest, ...kinds, limit: PAGE + 1 }),
    (problem) => problems.push(problem),
  );
  const [problem] = problems;
  if (problem !== undefined) return html`<p class="fault" role="alert">The gateway does not say: ${problem}</p>`;
  const shown = found.slice(0, PAGE);
  const next = found.length > PAGE ? nextPath(shown.at(-1), asked) : undefined;
  const since = asked.since || asked.before || asked.person !== undefined ? '' : 'Of the last 24 hours. ';
  return html`${requestsTable(shown, now)}${older(next)}
<p class="quiet">${since}Past 300 a minute of what was refused, of what failed and of each client a replica of the gateway keeps none. Whose a request was is known of what was refused or failed where they had signed in, in ten of each a minute. <code>gateway requests</code> lists the same.</p>`;
}

function nextPath(last: AnsweredRequest | undefined, asked: Asked): Path | undefined {
  if (!last) return undefined;
  const { outcome = '', person = '', route = '' } = asked;
  const [since, before] = [asked.since, asked.before].map((time) => time?.toISOString() ?? '');
  return path`/requests?outcome=${outcome}&person=${person}&route=${route}&since=${since ?? ''}&before=${before ?? ''}&below=${last.id}`;
}
