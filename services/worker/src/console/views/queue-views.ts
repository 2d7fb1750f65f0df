import type { QueueStatus, ReplicaReport } from '@postern/durable';
import type { QueueFlow } from '../../history/queue-flow.ts';
import { type Html, type HtmlValue, html, path } from '../../mail/content/html.ts';
import { obedience } from '../../pauses/obedience.ts';
import { nameOf, type Pausable } from '../../pauses/pausable.ts';
import type { Pause } from '../../pauses/pauses.ts';
import { amount, badge, count, link, numbers, type Tone, table, time, wide } from './parts.ts';

/** `4 min`, `2 h 5 min`, `3 days`: two units at most, as nobody plans by the second of the next hour. */
export function duration(seconds: number): string {
  if (seconds < 1) return seconds === 0 ? '0 s' : '< 1 s';
  if (seconds < 60) return `${Math.round(seconds)} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`;
  if (seconds < 86_400) {
    const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60)];
    return minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`;
  }
  const days = Math.floor(seconds / 86_400);
  return `${days} ${days === 1 ? 'day' : 'days'}`;
}

/** `12`, `0.4`: small rates have a decimal, large ones none. */
function rate(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : count(Math.round(perSecond));
}

/** A queue, with what its history says of it. */
export interface ShownQueue extends QueueStatus {
  flow: QueueFlow;
}

function oldest({ flow, waiting }: ShownQueue): HtmlValue {
  if (waiting === 0) return html`<span class="quiet">–</span>`;
  if (!flow.oldest) return html`<span class="quiet">Unknown</span>`;
  return `${flow.oldest.atMost ? '≤' : '≈'} ${duration(flow.oldest.seconds)}`;
}

function arriving({ flow }: ShownQueue): HtmlValue {
  return flow.arriving === undefined ? html`<span class="quiet">–</span>` : rate(flow.arriving);
}

export function stateOf({ paused, replicas }: QueueStatus, handlers: number): Html {
  if (paused) return badge('Paused', 'warn');
  if (replicas === 0) return badge('No replica', 'bad');
  return handlers > 0
    ? badge(`${handlers} ${handlers === 1 ? 'handler' : 'handlers'} paused`, 'warn')
    : badge('Running', 'good');
}

function drains({ paused, waiting, drain_seconds }: QueueStatus): HtmlValue {
  if (waiting === 0) return html`<span class="quiet">Empty</span>`;
  if (drain_seconds === null) return paused ? 'Paused' : html`<span class="bad">Never</span>`;
  return duration(drain_seconds);
}

/** One queue at a glance. */
export function queueTiles(status: ShownQueue): Html {
  const tile = (label: string, value: HtmlValue) =>
    html`<div class="tile"><dt>${label}</dt><dd><b>${value}</b></dd></div>`;
  return html`<dl class="tiles small">${tile('Waiting', count(status.waiting))}${tile('In flight', count(status.in_flight))}${tile('Delayed', count(status.delayed))}${tile('Oldest', oldest(status))}${tile('In/s', arriving(status))}${tile('Out/s', rate(status.per_second))}${tile('Drained in', drains(status))}${tile('Replicas', count(status.replicas))}${tile('Dead', status.dead > 0 ? html`<a class="bad" href="${path`/dead-letters/${status.queue}`}">${count(status.dead)}</a>` : '0')}</dl>`;
}

export function queuesTable(queues: readonly ShownQueue[], pauses: readonly Pausable[]): Html {
  const handlers = (queue: string) => pauses.filter((it) => it.queue === queue && it.handler !== '').length;
  return table({
    caption: 'Queues',
    captionHidden: true,
    columns: [
      'Queue',
      wide('State'),
      numbers('Waiting'),
      wide(numbers('In flight')),
      wide(numbers('Delayed')),
      wide(numbers('Oldest')),
      wide(numbers('In/s')),
      wide(numbers('Out/s')),
      numbers('Drained in'),
      wide(numbers('Replicas')),
      numbers('Dead'),
    ],
    rows: queues.map((queue) => [
      html`${link(path`/queues/${queue.queue}`, queue.queue)}<small class="narrow">${stateOf(queue, handlers(queue.queue))}</small>`,
      stateOf(queue, handlers(queue.queue)),
      amount(queue.waiting),
      amount(queue.in_flight),
      amount(queue.delayed),
      oldest(queue),
      arriving(queue),
      rate(queue.per_second),
      drains(queue),
      count(queue.replicas),
      queue.dead > 0
        ? html`<a class="bad" href="${path`/dead-letters/${queue.queue}`}">${count(queue.dead)}</a>`
        : amount(0),
    ]),
    empty: html`<p>SQS did not report any queue.</p>`,
  });
}

/** Nothing where nothing is paused: that is the usual state, and needs no words. */
export function pausesTable(
  pauses: readonly Pause[],
  { replicas, now, may }: { replicas: readonly ReplicaReport[]; now: Date; may: boolean },
): Html {
  if (pauses.length === 0) return html``;
  return table({
    caption: 'Paused',
    columns: [
      'What',
      'Since',
      wide('By'),
      wide('Reason'),
      wide(numbers('Replicas')),
      ...(may ? [{ label: html`<span class="unseen">Resume</span>`, tight: true }] : []),
    ],
    rows: pauses.map((pause) => {
      const { obey, not } = obedience(replicas, pause);
      const all = obey.length + not.length;
      return [
        html`${pause.queue}${pause.handler !== '' && html`/<wbr>${pause.handler}`}<small class="narrow">${pause.by}: ${pause.reason}</small>${not.length > 0 && html`<small class="narrow bad">${obey.length} of ${all} replicas</small>`}`,
        time(pause.at, now),
        pause.by,
        pause.reason,
        not.length > 0 ? html`<span class="bad">${obey.length} of ${all}</span>` : `${obey.length} of ${all}`,
        ...(may
          ? [
              link(
                path`/queues/${pause.queue}/resume?handler=${pause.handler}`,
                html`Resume…<span class="unseen"> ${nameOf(pause)}</span>`,
              ),
            ]
          : []),
      ];
    }),
    empty: '',
  });
}

export function replicasTable(replicas: readonly ReplicaReport[], now: Date): Html {
  return table({
    caption: 'Replicas',
    columns: [
      'Replica',
      'State',
      wide('Version'),
      numbers('Up for'),
      wide('Queues'),
      wide(numbers('Loop lag')),
      numbers('Memory'),
    ],
    rows: replicas.map(({ name, state, version, started_at, seen_at, queues, loop_lag_ms, memory_mb }) => [
      html`<code>${name}</code>`,
      state === 'running'
        ? badge('Running', 'good')
        : html`${badge('Silent', 'bad')}<small>heard of ${time(new Date(seen_at), now)}</small>`,
      version,
      duration(Math.max(0, now.getTime() - Date.parse(started_at)) / 1_000),
      queues.map(({ queue }) => queue).join(', ') || '–',
      `${count(loop_lag_ms)} ms`,
      memory_mb === undefined ? '–' : `${count(memory_mb)} MB`,
    ]),
    empty: html`<p>No replica has run in the last hour.</p>`,
  });
}

const BREAKERS: Readonly<Record<string, [words: string, tone: Tone]>> = {
  closed: ['Working', 'good'],
  open: ['Shut off', 'bad'],
  'half-open': ['On probation', 'warn'],
  hanging: ['Hangs', 'bad'],
};

/** What a breaker has of its state: an open one reads as a good sign to whoever does not know the word. */
export function breakerBadge(state: string): Html {
  const [words, tone] = BREAKERS[state] ?? [state, 'quiet'];
  return badge(words, tone);
}

/** Each provider as each replica sees it: a breaker is a replica's own. */
export function providersTable(replicas: readonly ReplicaReport[], now: Date): Html {
  return breakersTable(replicas, now, {
    ...{ caption: 'Mail providers', label: 'Provider', kind: undefined },
    empty: html`<p>No replica that runs sends mail: none consumes the queue <code>mail</code>.</p>`,
  });
}

/** The handlers that have a breaker, as each replica has it; nothing where none has. */
export function handlerBreakersTable(replicas: readonly ReplicaReport[], now: Date): Html {
  const some = replicas.some(({ state, parts }) => state === 'running' && parts.some(({ kind }) => kind === 'handler'));
  if (!some) return html``;
  return breakersTable(replicas, now, {
    ...{ caption: 'Handlers with a breaker', label: 'Handler', kind: 'handler' },
    empty: html``,
  });
}

function breakersTable(
  replicas: readonly ReplicaReport[],
  now: Date,
  { caption, label, kind, empty }: { caption: string; label: string; kind: 'handler' | undefined; empty: Html },
): Html {
  const seen = replicas
    .filter(({ state }) => state === 'running')
    .flatMap(({ name: replica, parts }) => parts.map((part) => ({ replica, ...part })))
    .filter((part) => part.kind === kind);
  return table({
    caption,
    columns: [{ label, tight: true }, wide('Replica'), 'State', wide('Tried next'), 'Last words'],
    rows: seen.map(({ replica, name, state, until, last_words, last_words_at }) => {
      return [
        name,
        html`<code>${replica}</code>`,
        breakerBadge(state),
        until === undefined ? html`<span class="quiet">–</span>` : time(new Date(until), now),
        last_words === undefined
          ? html`<span class="quiet">No complaint</span>`
          : html`${last_words}<small>${time(new Date(last_words_at ?? 0), now)}</small>`,
      ];
    }),
    empty,
  });
}
