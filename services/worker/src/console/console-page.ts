import type { ScheduleReport } from '@postern/durable';
import { escapeHtml } from '@postern/runtime';
import type { BreakerState } from '../mail/delivery/breaker.ts';

export interface QueueState {
  name: string;
  visible: number;
  inFlight: number;
  delayed: number;
  dead: number;
}

export type ConsoleState =
  | { starting: true }
  | {
      starting?: never;
      at: Date;
      problems: string[];
      queues: QueueState[];
      mails: { state: string; count: number }[];
      oldestDue: Date | undefined;
      schedules: ScheduleReport[];
      providers: { name: string; state: BreakerState; retryAt: Date }[];
    };

const CSS = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.bad { font-weight: 700; } .bad::before { content: "\\26A0\\00A0"; }
p.note { opacity: .8; }
`;

function table(caption: string, heads: string[], rows: string[][]): string {
  const cells = (row: string[], tag: 'th' | 'td') =>
    row
      .map((cell, index) => {
        const scope = tag === 'th' ? ' scope="col"' : '';
        return `<${tag}${scope}${index === 0 ? '' : ' class="n"'}>${cell}</${tag}>`;
      })
      .join('');
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('');
  return `<h2>${caption}</h2><table><thead><tr>${cells(heads, 'th')}</tr></thead><tbody>${body}</tbody></table>`;
}

function marked(text: string, bad: boolean): string {
  return bad ? `<span class="bad">${text}</span>` : text;
}

function content(state: ConsoleState): string {
  if (state.starting) return '<p role="status">The worker is starting: it waits for its database or for SQS.</p>';
  const problems = state.problems.map((problem) => `<p class="bad" role="alert">${escapeHtml(problem)}</p>`).join('');
  const queues = table(
    'Queues',
    ['Queue', 'Waiting', 'Being worked on', 'Delayed', 'Dead letters'],
    state.queues.map(({ name, visible, inFlight, delayed, dead }) => [
      escapeHtml(name),
      String(visible),
      String(inFlight),
      String(delayed),
      marked(String(dead), dead > 0),
    ]),
  );
  const mails = table(
    'Mails of the last 24 hours',
    ['State', 'Mails'],
    state.mails.map(({ state: name, count }) => [escapeHtml(name), String(count)]),
  );
  const due = state.oldestDue
    ? `<p class="note">The next mail that waits is due at ${state.oldestDue.toISOString()}.</p>`
    : '<p class="note">No mail waits.</p>';
  const providers = table(
    'Mail providers',
    ['Provider', 'Breaker', 'Next probe'],
    state.providers.map(({ name, state: breaker, retryAt }) => [
      escapeHtml(name),
      marked(breaker, breaker !== 'closed'),
      breaker === 'open' ? retryAt.toISOString() : '–',
    ]),
  );
  const schedules = table(
    'Schedules',
    ['Schedule', 'Last run', 'Next run', 'Outcome'],
    state.schedules.map(({ name, firedAt, nextAt, lastError }) => [
      escapeHtml(name),
      firedAt?.toISOString() ?? 'never',
      nextAt.toISOString(),
      firedAt === undefined ? '–' : marked(escapeHtml(lastError ?? 'well'), lastError !== undefined),
    ]),
  );
  return `${problems}${queues}${mails}${due}${providers}${schedules}
<p class="note">As of ${state.at.toISOString()}. Dead letters: read and redrive them with the <code>dead-letters</code> command.</p>`;
}

/** The operators' page, as text. */
export const consolePage = {
  css: CSS,
  render: (state: ConsoleState): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Postern worker</title><link rel="stylesheet" href="/console.css"></head>
<body><main><h1>Postern worker</h1>${content(state)}</main></body>
</html>
`,
};
