import { type Html, html, path } from '../../mail/content/html.ts';
import { checkAddress, type RecipientHasher } from '../../mail/delivery/ledger/recipient.ts';
import { SUPPRESSION_CAUSES } from '../../mail/delivery/suppression/suppression-causes.ts';
import type { Suppression, SuppressionQuery, Suppressions } from '../../mail/delivery/suppression/suppressions.ts';
import { actForm, choice, facts, field, link, moment, older, table, time, wide } from '../views/parts.ts';
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
import { textIn, timeIn } from './query-fields.ts';
import { liftManyForm, liftManyPages, suppressionFilterIn } from './suppressions-lift-many.ts';

const PAGE = 50;
const HASH = /^[0-9a-f]{64}$/;

interface SuppressionsParts {
  suppressions: Suppressions;
  hasher: RecipientHasher;
  acts: Acts;
}

/** The addresses that get no mail: why, since when, and how they get mail again. */
export function suppressionsPages(parts: SuppressionsParts): ConsoleRoute[] {
  return [
    get('/suppressions', (request) => listPage(parts, request)),
    ...liftManyPages(parts),
    get('/suppressions/:hash', (request) => onePage(parts, request)),
    post('/suppressions/:hash/lift', async ({ params, form, operator }) => {
      const hash = hashIn(params.hash);
      const reason = textIn(form, 'reason');
      if (reason === undefined) throw new ConsoleFault(400, 'Why? The reason goes into the history of the address.');
      const act = { operator: operator.name, action: 'suppressions.lift', target: hash.toString('hex') };
      const did = await parts.acts.run(act, reason, async () => {
        const removed = await parts.suppressions.remove(hash, { actor: operator.name, reason });
        if (!removed) throw new Error('it is not on the list any more');
        return 'it gets mail again';
      });
      return { kind: 'redirect', to: path`/suppressions?did=${did}` };
    }),
  ];
}

async function listPage(
  { suppressions, hasher }: SuppressionsParts,
  { query, operator, now }: ConsoleRequest,
): Promise<Answer> {
  const address = textIn(query, 'address');
  const filter = suppressionFilterIn(query);
  const { cause, since, before } = filter;
  const entries = await suppressions.list(PAGE + 1, {
    ...filter,
    ...(address !== undefined && { recipientHash: hashOf(hasher, address) }),
    after: placeIn(query),
  });
  const shown = entries.slice(0, PAGE);
  const last = shown.at(-1);
  const next =
    entries.length > PAGE && last
      ? path`/suppressions?cause=${cause ?? ''}&since=${query.get('since') ?? ''}&before=${query.get('before') ?? ''}&created=${last.createdAt.toISOString()}&hash=${last.recipientHash.toString('hex')}`
      : undefined;
  const many = operator.role === 'act' && address === undefined && (cause ?? since ?? before) !== undefined;
  return page(
    '/suppressions',
    'Suppressions',
    html`<h1>Suppressions</h1><p class="lead">Addresses that get no mail.</p><form class="filter" action="${path`/suppressions`}">
${field('address', 'Address', address ?? '', 'ann@example.com')}${choice('cause', 'Cause', SUPPRESSION_CAUSES, cause ?? '')}
<label>Since (UTC)<input type="datetime-local" name="since" value="${query.get('since') ?? ''}"></label>
<label>Before (UTC)<input type="datetime-local" name="before" value="${query.get('before') ?? ''}"></label><button class="primary">Search</button></form>
${many && shown.length > 0 && liftManyForm(query)}${listTable(shown, now, address)}${older(next)}`,
  );
}

function listTable(entries: readonly Suppression[], now: Date, address: string | undefined): Html {
  return table({
    caption: 'Suppressed addresses',
    captionHidden: true,
    columns: ['Address', wide('Cause'), 'Since', wide('Ends'), wide('Reason')],
    rows: entries.map((entry) => [
      html`${link(path`/suppressions/${entry.recipientHash.toString('hex')}`, breakable(nameOf(entry)))}<small class="narrow">${entry.cause}</small>`,
      entry.cause,
      time(entry.createdAt, now),
      entry.endsAt ? time(entry.endsAt, now) : 'Never by itself',
      entry.reason,
    ]),
    empty:
      address === undefined
        ? html`<p>No address is suppressed. One that bounces, complains or is refused for good would be listed.</p>`
        : html`<p>This address is not suppressed. ${link(path`/mails?q=${address}`, 'See its mails')}</p>`,
  });
}

async function onePage(
  { suppressions }: SuppressionsParts,
  { params, operator, formToken, now }: ConsoleRequest,
): Promise<Answer> {
  const hash = hashIn(params.hash);
  const [[entry], history] = await Promise.all([
    suppressions.list(1, { recipientHash: hash }),
    suppressions.audit(hash),
  ]);
  if (!entry && history.length === 0) throw new ConsoleFault(404, 'This address was never suppressed.');
  const lift = actForm(
    path`/suppressions/${hash.toString('hex')}/lift`,
    formToken,
    html`<label>Why it may get mail again<input name="reason" required maxlength="300" autocomplete="off"></label><div class="actions"><button class="primary">Lift</button></div>`,
  );
  return page(
    '/suppressions',
    'Suppression',
    html`<p class="crumb">${link(path`/suppressions`, 'Suppressions')}</p><h1>${entry ? nameOf(entry) : 'Not suppressed any more'}</h1>
${
  entry !== undefined &&
  facts([
    ['Cause', entry.cause],
    ['Since', time(entry.createdAt, now)],
    ['Ends', entry.endsAt ? time(entry.endsAt, now) : 'Never by itself'],
    ['Reason', entry.reason],
  ])
}${entry !== undefined && operator.role === 'act' && html`<div class="confirm next">${lift}</div>`}
<h2>History</h2><ol class="timeline">${history.map(
      ({ at, action, actor, reason }) => html`<li><b>${action}</b> by ${actor} ${moment(at, now)}<p>${reason}</p></li>`,
    )}</ol>`,
  );
}

/** An address is parted before its `@` where it has to be. */
function breakable(name: string): Html {
  const [local = '', domain] = name.split('@');
  return domain === undefined ? html`${name}` : html`${local}<wbr>@${domain}`;
}

function nameOf({ address, recipientHash }: Suppression): string {
  return address ?? `(forgotten) ${recipientHash.toString('hex').slice(0, 16)}`;
}

function hashOf(hasher: RecipientHasher, address: string): Buffer {
  try {
    checkAddress(address);
  } catch (error) {
    throw new ConsoleFault(400, `This is not an address that mail can go to: ${(error as Error).message}.`);
  }
  return hasher.hash(address);
}

function hashIn(text: string | undefined | null): Buffer {
  if (!text || !HASH.test(text)) throw new ConsoleFault(404, 'There is no such suppression.');
  return Buffer.from(text, 'hex');
}

function placeIn(query: URLSearchParams): SuppressionQuery['after'] {
  const createdAt = timeIn(query, 'created');
  return createdAt && { createdAt, recipientHash: hashIn(query.get('hash')) };
}
