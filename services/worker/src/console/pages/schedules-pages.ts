import {
  askElsewhere,
  ORDER_LIMITS,
  type Peer,
  runNowWords,
  type ScheduleOrders,
  type ScheduleReport,
} from '@postern/durable';
import { type Html, html, path } from '../../mail/content/html.ts';
import { amount, badge, confirmation, link, numbers, table, time, wide } from '../views/parts.ts';
import type { Acts } from '../web/acts.ts';
import { ConsoleFault, type ConsoleRequest, type ConsoleRoute, get, page, post } from '../web/console-route.ts';
import { textIn, timeIn } from './query-fields.ts';

interface SchedulesParts {
  orders: ScheduleOrders;
  acts: Acts;
  /** The gateway, where it may be asked. */
  gateway: Peer | undefined;
}

/** What runs by the clock: when, what came of it, run now, paused on every replica, and resumed. */
export function schedulesPages({ orders, acts, gateway }: SchedulesParts): ConsoleRoute[] {
  const known = async (name = ''): Promise<ScheduleReport> => {
    const schedule = await orders.find(name);
    if (!schedule) throw new ConsoleFault(404, 'There is no such schedule.');
    return schedule;
  };
  const ask = (
    name: 'run' | 'pause' | 'resume',
    question: (schedule: ScheduleReport, request: ConsoleRequest) => Question,
  ): ConsoleRoute =>
    get(`/schedules/:name/${name}`, async (request) => {
      const schedule = await known(request.params.name);
      return page(
        '/schedules',
        'Schedule',
        asked(schedule, name, { ...question(schedule, request), formToken: request.formToken }),
      );
    });
  const act = (
    action: 'run' | 'pause' | 'resume',
    work: (name: string, request: ConsoleRequest) => [detail: string, act: () => Promise<string>],
  ): ConsoleRoute =>
    post(`/schedules/:name/${action}`, async (request) => {
      const { name } = await known(request.params.name);
      const [detail, act] = work(name, request);
      const audited = { operator: request.operator.name, action: `schedule.${action}`, target: name };
      const did = await acts.run(audited, detail, act);
      return { kind: 'redirect', to: path`/schedules?did=${did}` };
    });
  return [
    get('/schedules', async ({ operator, now }) => {
      const [schedules, gateways] = await Promise.all([orders.list(), gatewaysPart(gateway, now)]);
      return page(
        '/schedules',
        'Schedules',
        html`<h1>Schedules</h1><p class="lead">What runs by the clock, once across all replicas. Times are UTC.</p><h2>Of the worker</h2>${list(schedules, now, operator.role === 'act')}<h2>Of the gateway</h2>${gateways}`,
      );
    }),
    ask('run', () => runQuestion),
    ask('pause', () => pauseQuestion),
    ask('resume', (schedule, { now }) => resumeQuestion(schedule, now)),
    act('run', (name, { operator }) => [
      '',
      async () => {
        const before = await orders.runNow(name, operator.name);
        if (!before) throw new Error('there is no such schedule any more');
        const run = await orders.untilRun(before);
        if (run === 'failed' || run === 'still-running') throw new Error(runNowWords(run));
        return runNowWords(run);
      },
    ]),
    act('pause', (name, { form, operator }) => {
      const reason = textIn(form, 'reason');
      if (reason === undefined) throw new ConsoleFault(400, 'A reason is missing: go back and give one.');
      const act = async () => {
        const done = await orders.pause(name, { by: operator.name, reason });
        if (done?.began) return `${reason}. It is paused on every replica.`;
        return `it was paused already, by ${done?.schedule.paused?.by}: ${done?.schedule.paused?.reason}`;
      };
      return [reason, act];
    }),
    act('resume', (name, { form }) => {
      const pausedAt = timeIn(form, 'paused');
      if (!pausedAt) throw new ConsoleFault(400, 'The page does not say which pause is meant: load it again.');
      const act = async () => {
        const ended = await orders.resume(name, pausedAt);
        if (!ended) throw new Error('this pause had ended already; if it is paused again, that is another pause');
        return `paused by ${ended.by}: ${ended.reason}. It goes on at its next time.`;
      };
      return ['', act];
    }),
  ];
}

/** Its schedules are in another database: they are shown here, and acted on by its own command. */
async function gatewaysPart(gateway: Peer | undefined, now: Date): Promise<Html> {
  const command = html`<code>gateway schedule</code>`;
  if (!gateway) {
    return html`<p class="quiet">They are shown where <code>GATEWAY_OPS_URL</code> and <code>PEER_KEY</code> are set; ${command} has them.</p>`;
  }
  const problems: string[] = [];
  const schedules = await askElsewhere(
    () => gateway.schedules(),
    (problem) => problems.push(problem),
  );
  const [problem] = problems;
  if (problem !== undefined) return html`<p class="fault" role="alert">The gateway’s part is missing: ${problem}</p>`;
  return html`${list(schedules, now, false)}<p class="quiet">${command} runs one now, pauses it on every replica, and resumes it.</p>`;
}

function list(schedules: readonly ScheduleReport[], now: Date, may: boolean): Html {
  return table({
    caption: 'Schedules',
    captionHidden: true,
    columns: [
      'Schedule',
      wide('Last run'),
      'Next run',
      wide('Outcome'),
      wide(numbers('Skipped')),
      ...(may ? [{ label: html`<span class="unseen">Actions</span>`, tight: true }] : []),
    ],
    rows: schedules.map((schedule) => {
      const { name, timing, firedAt, nextAt, skipped, paused, asked } = schedule;
      return [
        html`${name}<small><code>${timing}</code></small><small class="narrow">${outcome(schedule)}</small>`,
        firedAt ? time(firedAt, now) : 'Not yet',
        asked
          ? html`${badge('now', 'busy')}<small>${asked.by} asked ${time(asked.at, now)}</small>`
          : paused
            ? html`${badge('paused', 'warn')}<small>${paused.by}, ${time(paused.at, now)}: ${paused.reason}</small>`
            : time(nextAt, now),
        outcome(schedule),
        amount(skipped),
        ...(may
          ? [
              html`<span class="row-acts">${link(path`/schedules/${name}/run`, html`Run now<span class="unseen"> ${name}</span>…`)}${
                paused
                  ? link(path`/schedules/${name}/resume`, html`Resume<span class="unseen"> ${name}</span>…`)
                  : link(path`/schedules/${name}/pause`, html`Pause<span class="unseen"> ${name}</span>…`)
              }</span>`,
            ]
          : []),
      ];
    }),
    empty: html`<p>There is no schedule. One is a line in <code>src/schedules/all.ts</code>.</p>`,
  });
}

function outcome({ lastError, firedAt, doneAt }: ScheduleReport): Html {
  if (lastError !== undefined) return html`${badge('failed', 'bad')}<small>${lastError}</small>`;
  if (firedAt && (!doneAt || doneAt < firedAt)) return badge('under way', 'busy');
  return doneAt ? badge('well', 'good') : badge('no news', 'quiet');
}

interface Question {
  title: string;
  text: Html;
  asks?: Html;
  fields?: readonly (readonly [string, string])[];
  button: string;
}

function asked(
  { name }: ScheduleReport,
  act: string,
  { title, button, fields = [], formToken, ...question }: Question & { formToken: string },
): Html {
  return confirmation({
    ...{ ...question, fields, formToken, title: `${title} ${name}?` },
    ...{ to: path`/schedules/${name}/${act}`, back: path`/schedules` },
    button: html`<button class="primary">${button}</button>`,
  });
}

const runQuestion: Question = {
  title: 'Run',
  text: html`<p>A replica begins a run within a second, never beside one that has not ended. Its next time stays as it is, and so does a pause.</p>`,
  button: 'Run now',
};

const pauseQuestion: Question = {
  title: 'Pause',
  text: html`<p>No replica fires it until it is resumed; a run under way ends as it would. What is due meanwhile is left out, not made up for.</p>`,
  asks: html`<label>Reason, which everybody sees<input name="reason" required maxlength="${ORDER_LIMITS.reason}" autocomplete="off"></label>`,
  button: 'Pause',
};

/** @throws ConsoleFault when it is not paused any more */
function resumeQuestion({ name, paused }: ScheduleReport, now: Date): Question {
  if (!paused) throw new ConsoleFault(409, `${name} is not paused any more.`);
  return {
    title: 'Resume',
    text: html`<p><b>${paused.by}</b> paused it ${time(paused.at, now)}: <q>${paused.reason}</q></p><p>It goes on at its next time.</p>`,
    fields: [['paused', paused.at.toISOString()]],
    button: 'Resume',
  };
}
