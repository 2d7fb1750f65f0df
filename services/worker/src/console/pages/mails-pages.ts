import { type Clock, idToBytes } from '@postern/runtime';
import { type Html, html, path } from '../../mail/content/html.ts';
import type { Ledger } from '../../mail/delivery/ledger/ledger.ts';
import type { FoundMail, MailPlace, MailSearch } from '../../mail/delivery/ledger/mail-search.ts';
import { checkAddress, type RecipientHasher } from '../../mail/delivery/ledger/recipient.ts';
import { MAIL_STATES } from '../../mail/delivery/ledger/states.ts';
import { mayBeTriedNow, missingMail, retryMail } from '../../mail/delivery/ledger/try-now.ts';
import { mailFacts, mailsTable, timeline } from '../views/mail-views.ts';
import { actForm, choice, field, head, link, older } from '../views/parts.ts';
import type { Acts } from '../web/acts.ts';
import {
  type Answer,
  ConsoleFault,
  type ConsoleRequest,
  type ConsoleRoute,
  get,
  page,
  post,
} from '../web/console-route.ts';
import { ID, idIn, oneIn, readId, textIn, timeIn } from './query-fields.ts';

const PAGE = 50;

interface MailsParts {
  ledger: Ledger;
  search: MailSearch;
  hasher: RecipientHasher;
  clock: Clock;
  acts: Acts;
}

/** What became of mails: found by whatever somebody has of one, each with its history. */
export function mailsPages(parts: MailsParts): ConsoleRoute[] {
  return [
    get('/mails', (request) => listPage(parts, request)),
    get('/mails/:id', (request) => mailPage(parts, request)),
    post('/mails/:id/retry', async ({ params, operator }) => {
      const id = idOf(params);
      const act = { operator: operator.name, action: 'mail.retry', target: id };
      const did = await parts.acts.run(act, 'tried at once', async () => {
        await retryMail(parts.ledger, parts.clock, id, operator.name);
        return 'it is due now';
      });
      return { kind: 'redirect', to: path`/mails/${id}?did=${did}` };
    }),
  ];
}

async function listPage({ search, hasher }: MailsParts, { query, now }: ConsoleRequest): Promise<Answer> {
  const text = textIn(query, 'q');
  const state = oneIn(query, 'state', MAIL_STATES);
  const after = placeIn(query);
  const found = await find(search, hasher, text, { state, after, limit: PAGE + 1 });
  const shown = found.slice(0, PAGE);
  const next = found.length > PAGE ? nextPath(shown.at(-1), { text, state }) : undefined;
  return page(
    '/mails',
    'Mails',
    html`<h1>Mails</h1><form class="filter" action="${path`/mails`}">
${field('q', 'Address, or id of a mail, event, user or provider', text ?? '', 'ann@example.com')}
${choice('state', 'State', MAIL_STATES, state ?? '')}<button class="primary">Search</button></form>
${mailsTable(shown, now, text !== undefined || state !== undefined)}${older(next)}`,
  );
}

/** By whatever somebody has of a mail; without anything, those that changed last. */
async function find(
  search: MailSearch,
  hasher: RecipientHasher,
  text: string | undefined,
  page: Parameters<MailSearch['find']>[0],
): Promise<FoundMail[]> {
  if (text === undefined) return search.find(page);
  if (ID.test(text)) {
    const mail = await search.byId(idToBytes(text));
    if (mail) return [mail];
    const led = await search.byEvent(text.toLowerCase());
    return led.length > 0 ? led : search.find({ ...page, userId: text });
  }
  if (!text.includes('@') || text.startsWith('<')) return search.find({ ...page, providerMessageId: text });
  try {
    checkAddress(text);
  } catch (error) {
    throw new ConsoleFault(400, `No mail can have been sent there: ${(error as Error).message}.`);
  }
  return search.find({ ...page, recipientHash: hasher.hash(text) });
}

function placeIn(query: URLSearchParams): MailPlace | undefined {
  const [id, changedAt] = [idIn(query, 'id'), timeIn(query, 'changed')];
  const state = oneIn(query, 'was', MAIL_STATES);
  return id && changedAt && state ? { id, changedAt, state } : undefined;
}

function nextPath(
  last: FoundMail | undefined,
  { text = '', state = '' }: { text: string | undefined; state: string | undefined },
) {
  if (!last?.changed_at) return undefined;
  return path`/mails?q=${text}&state=${state}&changed=${last.changed_at.toISOString()}&was=${last.state}&id=${last.id}`;
}

async function mailPage(
  { ledger, search }: MailsParts,
  { params, operator, formToken, now }: ConsoleRequest,
): Promise<Answer> {
  const id = idOf(params);
  const mail = await search.byId(idToBytes(id));
  if (!mail) throw new ConsoleFault(404, `${missingMail(id)}.`);
  const history = await ledger.history(idToBytes(id));
  const retry: Html | false =
    operator.role === 'act' &&
    mayBeTriedNow(mail.state) &&
    actForm(
      path`/mails/${id}/retry`,
      formToken,
      html`<div class="actions"><button class="primary">Try now</button></div>`,
    );
  return page(
    '/mails',
    `Mail ${mail.mail}`,
    html`<p class="crumb">${link(path`/mails`, 'Mails')}</p>${head(html`${mail.mail} <span>to somebody at ${mail.domain}</span>`, retry)}
${mailFacts(mail, history.at(-1)?.reason, now)}<h2>Timeline</h2>${timeline(history, now)}`,
  );
}

function idOf(params: ConsoleRequest['params']): string {
  return readId(params.id) ?? '';
}
