import { type Html, html, path } from '../../mail/content/html.ts';
import { SUPPRESSION_CAUSES } from '../../mail/delivery/suppression/suppression-causes.ts';
import { type SuppressionFilter, suppressionWords } from '../../mail/delivery/suppression/suppression-filter.ts';
import type { Suppressions } from '../../mail/delivery/suppression/suppressions.ts';
import { confirmation, count } from '../views/parts.ts';
import type { Acts } from '../web/acts.ts';
import { ConsoleFault, type ConsoleRoute, get, page, post } from '../web/console-route.ts';
import { oneIn, textIn, timeIn } from './query-fields.ts';

const FIELDS = ['cause', 'since', 'before'] as const;

/** Which suppressions a query means, besides one address. @throws ConsoleFault for what cannot be understood */
export function suppressionFilterIn(query: URLSearchParams): Pick<SuppressionFilter, (typeof FIELDS)[number]> {
  return {
    cause: oneIn(query, 'cause', SUPPRESSION_CAUSES),
    since: timeIn(query, 'since'),
    before: timeIn(query, 'before'),
  };
}

/** Lifting all suppressions of a cause or a time, such as those of an afternoon on which a provider refused everybody. */
export function liftManyPages({ suppressions, acts }: { suppressions: Suppressions; acts: Acts }): ConsoleRoute[] {
  return [
    get('/suppressions/lift', async ({ query, formToken, now }) => {
      const filter = chosenIn(query);
      // Who comes onto the list while the page asks was not asked about.
      if (!filter.before) query.set('before', now.toISOString());
      const many = await suppressions.count(filter);
      return page(
        '/suppressions',
        'Lift suppressions?',
        confirmation({
          title: `Lift ${count(many)} suppressions?`,
          text: html`<p><b>${count(many)}</b> ${suppressionWords(filter)} get mail again. Each keeps its history. What is not sent by then is not sent again by this.</p>`,
          asks: html`<label>Why they may get mail again<input name="reason" required maxlength="300" autocomplete="off"></label>`,
          fields: fieldsOf(query),
          ...{ formToken, to: path`/suppressions/lift`, back: path`/suppressions` },
          button: html`<button class="primary">Lift ${count(many)}</button>`,
        }),
      );
    }),
    post('/suppressions/lift', async ({ form, operator }) => {
      const filter = chosenIn(form);
      const reason = textIn(form, 'reason');
      if (reason === undefined) throw new ConsoleFault(400, 'Why? The reason goes into the history of each address.');
      const words = suppressionWords(filter);
      const act = { operator: operator.name, action: 'suppressions.lift-many', target: words };
      const did = await acts.run(act, reason, async (progress) => {
        const change = { actor: operator.name, reason };
        const lifted = await suppressions.removeMany(filter, change, (many) =>
          progress(`${reason}: ${count(many)} lifted so far`),
        );
        return `${reason}: ${count(lifted)} lifted`;
      });
      return { kind: 'redirect', to: path`/suppressions?did=${did}` };
    }),
  ];
}

/** The way there from a list that is narrowed. */
export function liftManyForm(query: URLSearchParams): Html {
  const fields = fieldsOf(query).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  return html`<form class="actions" action="${path`/suppressions/lift`}">${fields}<button>Lift all that fit…</button></form>`;
}

function fieldsOf(query: URLSearchParams): [string, string][] {
  return FIELDS.flatMap((name) => (query.get(name) ? [[name, query.get(name) ?? ''] as [string, string]] : []));
}

/** @throws ConsoleFault where nothing narrows it: the whole list is nobody's choice */
function chosenIn(fields: URLSearchParams): SuppressionFilter {
  const filter = suppressionFilterIn(fields);
  if (Object.values(filter).every((value) => value === undefined)) {
    throw new ConsoleFault(400, 'Which ones? Choose a cause or a time first.');
  }
  return filter;
}
