import { lookAtAll, type QueueStatus, type ReplicaReport } from '@postern/durable';
import type { QueueName } from '@postern/events';
import { type Database, errorMessage, type Logger } from '@postern/runtime';
import { depthsOf } from '@postern/sqs';
import { FLOW_SECONDS, queueFlow } from '../../history/queue-flow.ts';
import type { QueueHistory } from '../../history/queue-history.ts';
import { type Html, html, path } from '../../mail/content/html.ts';
import { handlersOf } from '../../pause-targets.ts';
import type { Pause, Pauses } from '../../pauses/pauses.ts';
import type { SqsAccess } from '../console.ts';
import { badge, head, link, table, time } from '../views/parts.ts';
import {
  handlerBreakersTable,
  pausesTable,
  providersTable,
  queuesTable,
  queueTiles,
  replicasTable,
  type ShownQueue,
  stateOf,
} from '../views/queue-views.ts';
import { ConsoleFault, type ConsoleRequest, type ConsoleRoute, get, page } from '../web/console-route.ts';
import { queueCharts, rangeIn, rangeNav } from './queue-charts.ts';

interface QueuesParts {
  database: Database;
  logger: Logger;
  pauses: Pauses;
  history: QueueHistory;
  sqs: SqsAccess;
}

/** The queues, who consumes them, and the providers behind them, as they are now. */
export function queuesPages(parts: QueuesParts): ConsoleRoute[] {
  return [
    get('/queues', async (request) => page('/queues', 'Queues', html`<h1>Queues</h1>${await live(parts, request)}`)),
    get('/queues/live', async (request) => ({ kind: 'fragment', body: await live(parts, request) })),
    get('/queues/:queue', async (request) => {
      const queue = requireQueue(parts.sqs, request.params.queue);
      return page(
        '/queues',
        queue,
        html`<p class="crumb">${link(path`/queues`, 'Queues')}</p>${await one(parts, queue, request)}`,
      );
    }),
    get('/queues/:queue/charts', async ({ params, query, now }) => {
      const queue = requireQueue(parts.sqs, params.queue);
      return { kind: 'fragment', body: (await queueCharts(parts.history, queue, rangeIn(query), now)).charts };
    }),
  ];
}

/** @throws ConsoleFault for a queue that does not exist */
export function requireQueue({ queues }: SqsAccess, given = ''): QueueName {
  if (!queues.names.includes(given)) throw new ConsoleFault(404, `There is no queue ${given.slice(0, 60)}.`);
  return given as QueueName;
}

interface Look {
  queues: readonly ShownQueue[];
  replicas: readonly ReplicaReport[];
  pauses: readonly Pause[];
  problems: readonly string[];
}

/** What the history says of a queue that has so many waiting. */
async function flows(history: QueueHistory, at: Date) {
  const now = at.getTime() / 1_000;
  const [moments, empty] = await Promise.all([history.read(60, now - FLOW_SECONDS), history.lastEmpty()]);
  return ({ queue, waiting }: QueueStatus) => {
    const own = moments.filter((moment) => moment.queue === queue);
    return queueFlow(own, { waiting, lastEmpty: empty.get(queue), now });
  };
}

/** What `status` shows, by the same code, with the pauses as they are kept. */
async function look({ database, logger, pauses, history, sqs }: QueuesParts): Promise<Look> {
  let held: readonly Pause[] = [];
  const status = await lookAtAll({
    ...{ database, logger },
    queues: () => depthsOf(sqs.client, sqs.queues),
    pauses: async () => {
      held = await pauses.list();
      return held;
    },
  });
  const problems = [...status.problems];
  const flowOf = await flows(history, database.clock.now()).catch((error: unknown) => {
    problems.push(`the history cannot be read: ${errorMessage(error)}`);
    return undefined;
  });
  const unknown = { arriving: undefined, oldest: undefined };
  const queues = (status.queues ?? []).map((queue) => ({ ...queue, flow: flowOf?.(queue) ?? unknown }));
  return { replicas: status.replicas ?? [], queues, pauses: held, problems };
}

async function live(parts: QueuesParts, { now, operator }: ConsoleRequest): Promise<Html> {
  const { queues, replicas, pauses, problems } = await look(parts);
  const running = replicas.filter(({ state }) => state === 'running');
  return html`<div id="live" hx-get="/queues/live" hx-trigger="every 5s" hx-swap="outerMorph">
${problems.map((problem) => html`<p class="fault" role="alert">${problem}</p>`)}
${queuesTable(queues, pauses)}
${pausesTable(pauses, { replicas: running, now, may: operator.role === 'act' })}
${replicasTable(replicas, now)}
${providersTable(replicas, now)}
${handlerBreakersTable(replicas, now)}
<p class="quiet">Updated ${time(now, now)}, every five seconds. SQS’s counts are approximate. <b>Oldest</b>: ≈ by the wait of what was handled last, ≤ by when the queue was last empty. <b>In</b> is of the last five minutes, <b>out</b> of the last ten seconds.</p></div>`;
}

async function one(parts: QueuesParts, queue: QueueName, { now, operator, query }: ConsoleRequest): Promise<Html> {
  const range = rangeIn(query);
  const [{ queues, replicas, pauses, problems }, { charts, figures }] = await Promise.all([
    look(parts),
    queueCharts(parts.history, queue, range, now),
  ]);
  const status = queues.find((each) => each.queue === queue);
  const own = pauses.filter((pause) => pause.queue === queue);
  const whole = own.find(({ handler }) => handler === '');
  const may = operator.role === 'act';
  const running = replicas.filter(({ state }) => state === 'running');
  const act = whole
    ? html`<a class="button" href="${path`/queues/${queue}/resume`}">Resume…</a>`
    : html`<a class="button" href="${path`/queues/${queue}/pause`}">Pause…</a>`;
  const handlers = own.length - (whole ? 1 : 0);
  return html`${head(html`${queue} ${status !== undefined && stateOf(status, handlers)}`, may && html`<div class="actions">${act}</div>`)}${problems.map((problem) => html`<p class="fault" role="alert">${problem}</p>`)}
${status !== undefined && queueTiles(status)}
${rangeNav(queue, range)}
<div id="charts" hx-get="${path`/queues/${queue}/charts?range=${range}`.toString()}" hx-trigger="every 30s" hx-swap="innerMorph">${charts}</div>${figures}
${pausesTable(own, { replicas: running, now, may })}
${handlersTable(queue, own, may)}`;
}

function handlersTable(queue: QueueName, own: readonly Pause[], may: boolean): Html {
  const handlers = handlersOf(queue);
  if (handlers.length === 0) return html``;
  const queuePaused = own.some((pause) => pause.handler === '');
  return table({
    caption: 'Handlers',
    columns: [
      'Handler',
      'State',
      ...(may ? [{ label: html`<span class="unseen">Pause or resume</span>`, tight: true }] : []),
    ],
    rows: handlers.map((handler) => {
      const paused = own.some((pause) => pause.handler === handler);
      const act = paused
        ? link(path`/queues/${queue}/resume?handler=${handler}`, html`Resume…<span class="unseen"> ${handler}</span>`)
        : link(path`/queues/${queue}/pause?handler=${handler}`, html`Pause…<span class="unseen"> ${handler}</span>`);
      return [
        html`<code>${handler}</code>`,
        paused
          ? badge('Paused', 'warn')
          : queuePaused
            ? badge('Paused with the queue', 'quiet')
            : badge('Running', 'good'),
        ...(may ? [act] : []),
      ];
    }),
    empty: '',
  });
}
