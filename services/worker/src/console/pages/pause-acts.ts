import type { Database } from '@postern/runtime';
import { type Html, html, path } from '../../mail/content/html.ts';
import { unknownTarget } from '../../pause-targets.ts';
import { obedienceWords, untilObeyed } from '../../pauses/obedience.ts';
import { nameOf, type Pausable } from '../../pauses/pausable.ts';
import { MAX_REASON, type Pause, type Pauses } from '../../pauses/pauses.ts';
import type { SqsAccess } from '../console.ts';
import { confirmation, time } from '../views/parts.ts';
import { duration } from '../views/queue-views.ts';
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
import { readId, textIn } from './query-fields.ts';
import { requireQueue } from './queues-pages.ts';

interface PauseActsParts {
  database: Database;
  pauses: Pauses;
  acts: Acts;
  sqs: SqsAccess;
}

/** Pausing a queue or a handler on every replica, and having it go on. */
export function pauseActs({ database, pauses, acts, sqs }: PauseActsParts): ConsoleRoute[] {
  return [
    get('/queues/:queue/pause', async ({ params, query, formToken }) => {
      const target = targetIn(sqs, params, query);
      const unknown = unknownTarget(target);
      if (unknown !== undefined) throw new ConsoleFault(404, `Not possible: ${unknown}.`);
      return pauseQuestion(target, sqs.queues.get(target.queue).retentionSeconds, formToken);
    }),
    post('/queues/:queue/pause', async ({ params, form, operator }) => {
      const target = targetIn(sqs, params, form);
      const unknown = unknownTarget(target);
      if (unknown !== undefined) throw new ConsoleFault(404, `Not possible: ${unknown}.`);
      const reason = textIn(form, 'reason');
      if (reason === undefined) throw new ConsoleFault(400, 'A reason is missing: go back and give one.');
      const act = { operator: operator.name, action: 'queue.pause', target: nameOf(target) };
      const did = await acts.run(act, reason, async () => {
        const { pause, began } = await pauses.pause(target, { by: operator.name, reason });
        if (!began) return `it was paused already, by ${pause.by}: ${pause.reason}`;
        return `${reason}. ${obedienceWords(await untilObeyed(database, target, true), true)}`;
      });
      return { kind: 'redirect', to: path`/queues/${target.queue}?did=${did}` };
    }),
    get('/queues/:queue/resume', async ({ params, query, formToken, now }) => {
      const target = targetIn(sqs, params, query);
      const pause = (await pauses.list()).find((each) => nameOf(each) === nameOf(target));
      if (!pause) throw new ConsoleFault(409, `${nameOf(target)} is not paused any more.`);
      return resumeQuestion(pause, formToken, now);
    }),
    post('/queues/:queue/resume', async ({ params, form, operator }) => {
      const target = targetIn(sqs, params, form);
      const id = readId(form.get('pause'));
      if (id === undefined) throw new ConsoleFault(400, 'The page does not say which pause is meant: load it again.');
      const act = { operator: operator.name, action: 'queue.resume', target: nameOf(target) };
      const did = await acts.run(act, '', async () => {
        const ended = await pauses.resume(target, id);
        if (!ended) throw new Error('this pause had ended already; if it is paused again, that is another pause');
        return `paused by ${ended.by}: ${ended.reason}. ${obedienceWords(await untilObeyed(database, target, false), false)}`;
      });
      return { kind: 'redirect', to: path`/queues/${target.queue}?did=${did}` };
    }),
  ];
}

/** @throws ConsoleFault for a queue that does not exist */
function targetIn(sqs: SqsAccess, params: ConsoleRequest['params'], fields: URLSearchParams): Pausable {
  return { queue: requireQueue(sqs, params.queue), handler: textIn(fields, 'handler') ?? '' };
}

/** What happens to what waits, for as long as it waits. */
function consequences({ queue, handler }: Pausable, retentionSeconds: number): Html {
  if (handler !== '') {
    return html`<p>What is being handled ends. Events and jobs for <b>${handler}</b> wait, and lose no try; they are looked at again every few minutes, and wait for 28 days at most. Others of the queue <b>${queue}</b> go on.</p>
<p>After it is resumed, the last of them come within five minutes.</p>`;
  }
  return html`<p>What is being handled ends; the rest waits in SQS, and loses no try.</p>
<p>SQS deletes what has waited for <b>${duration(retentionSeconds)}</b>, the retention of this queue. An alert comes after four hours.</p>
<p>An autoscaler that counts messages takes what waits for work: hold it meanwhile.</p>
${queue === 'mail' && html`<p>Mails that wait for their next try wait as well. What has not been sent within its lifetime expires, and links in mails run out as always.</p>`}
${queue === 'jobs' && html`<p>Schedules go on adding jobs. Meanwhile nothing is pruned.</p>`}`;
}

function pauseQuestion(target: Pausable, retentionSeconds: number, formToken: string): Answer {
  const { queue, handler } = target;
  return page(
    '/queues',
    'Pause?',
    confirmation({
      title: `Pause ${nameOf(target)} on every replica?`,
      text: consequences(target, retentionSeconds),
      asks: html`<label>Reason, which everybody sees<input name="reason" required maxlength="${MAX_REASON}" autocomplete="off"></label>`,
      fields: [['handler', handler]],
      ...{ formToken, to: path`/queues/${queue}/pause`, back: path`/queues/${queue}` },
      button: html`<button class="primary">Pause</button>`,
    }),
  );
}

function resumeQuestion(pause: Pause, formToken: string, now: Date): Answer {
  const { id, queue, handler, by, at, reason } = pause;
  return page(
    '/queues',
    'Resume?',
    confirmation({
      title: `Resume ${nameOf(pause)}?`,
      text: html`<p><b>${by}</b> paused it ${time(at, now)}: <q>${reason}</q></p><p>What has waited is handled from now on, on every replica.</p>`,
      fields: [
        ['handler', handler],
        ['pause', id],
      ],
      ...{ formToken, to: path`/queues/${queue}/resume`, back: path`/queues/${queue}` },
      button: html`<button class="primary">Resume</button>`,
    }),
  );
}
