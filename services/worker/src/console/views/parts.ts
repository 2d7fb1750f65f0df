import { type Html, type HtmlValue, html, type Path } from '../../mail/content/html.ts';

/** A number as people read it: `1,234`. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A number in a table, in which it is the others that matter where it is none. */
export function amount(value: number): HtmlValue {
  return value === 0 ? html`<span class="quiet">0</span>` : count(value);
}

/** `3 min ago`, with the exact time for whoever points at it. */
export function time(at: Date | undefined | null, now: Date): Html {
  if (!at) return html`<span class="quiet">–</span>`;
  const iso = at.toISOString();
  return html`<time datetime="${iso}" title="${exact(at)}" data-relative="">${relative(
    (at.getTime() - now.getTime()) / 1_000,
  )}</time>`;
}

/** The same with the exact time beside it, where what came first matters. */
export function moment(at: Date, now: Date): Html {
  return html`${time(at, now)} <span class="exact">${exact(at)}</span>`;
}

function exact(at: Date): string {
  return at.toISOString().replace('T', ' ').replace('Z', ' UTC');
}

const UNITS = [
  ['day', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

function relative(seconds: number): string {
  const size = Math.abs(seconds);
  const [unit, length] = UNITS.find(([, each]) => size >= each) ?? ['s', 1];
  if (size < 1) return 'now';
  const many = Math.floor(size / length);
  const text = `${many} ${unit === 'day' && many !== 1 ? 'days' : unit}`;
  return seconds > 0 ? `in ${text}` : `${text} ago`;
}

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'quiet';

export function badge(text: string, tone: Tone): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

/** A column of numbers, which are aligned right. */
export function numbers(label: string): Column {
  return { label, number: true };
}

/** A column that is left out where a page is narrow. */
export function wide(column: string | Column): Column {
  return { ...asColumn(column), wide: true };
}

function asColumn(column: string | Column): Column {
  return typeof column === 'string' ? { label: column } : column;
}

interface Column {
  label: HtmlValue;
  number?: boolean;
  wide?: boolean;
  /** As narrow as what is in it. */
  tight?: boolean;
  /** It has the boxes to choose rows by, and names none. */
  boxes?: boolean;
}

interface TableOptions {
  caption: string;
  /** Whether the caption is only for whoever cannot see the heading above it. */
  captionHidden?: boolean;
  columns: readonly (string | Column)[];
  rows: readonly (readonly HtmlValue[])[];
  /** What is shown in place of no rows: what that means, and what to do. */
  empty: HtmlValue;
}

export function table({ caption, captionHidden = false, rows, empty, ...options }: TableOptions): Html {
  const columns = options.columns.map(asColumn);
  if (rows.length === 0) {
    return html`${!captionHidden && html`<h2>${caption}</h2>`}<div class="empty">${empty}</div>`;
  }
  const kind = ({ number, wide, tight, boxes }: Column) =>
    [number && 'n', wide && 'wide', (tight || boxes) && 'tight'].filter(Boolean).join(' ');
  const first = columns.findIndex(({ boxes }) => !boxes);
  const cells = (row: readonly HtmlValue[]) =>
    columns.map((column, index) =>
      index === first
        ? html`<th scope="row" class="${kind(column)}">${row[index] ?? ''}</th>`
        : html`<td class="${kind(column)}">${row[index] ?? ''}</td>`,
    );
  return html`<table><caption class="${captionHidden ? 'unseen' : ''}">${caption}</caption>
<thead><tr>${columns.map((column) => html`<th scope="col" class="${kind(column)}">${column.label}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${cells(row)}</tr>`)}</tbody></table>`;
}

/** Names and values. */
export function facts(entries: readonly (readonly [string, HtmlValue])[]): Html {
  return html`<dl class="facts">${entries.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** A page's heading, and what can be done about what it shows. */
export function head(heading: HtmlValue, actions: HtmlValue): Html {
  return html`<div class="head"><h1>${heading}</h1>${actions}</div>`;
}

export function link(to: Path, text: HtmlValue): Html {
  return html`<a href="${to}">${text}</a>`;
}

/** The way to the rows that come next; nothing where there are none. */
export function older(to: Path | undefined): Html {
  return to === undefined
    ? html``
    : html`<nav class="pager" aria-label="Pages"><a class="button" href="${to}" rel="next">Older</a></nav>`;
}

/** A choice of one of several values, or of none of them, which `otherwise` says what it means. */
export function choice(
  name: string,
  label: string,
  values: readonly string[],
  chosen: string,
  otherwise = 'Any',
): Html {
  const option = (value: string) => {
    const text = value === '' ? otherwise : value;
    return value === chosen
      ? html`<option value="${value}" selected>${text}</option>`
      : html`<option value="${value}">${text}</option>`;
  };
  return html`<label>${label}<select name="${name}">${['', ...values].map(option)}</select></label>`;
}

export function field(name: string, label: string, value: string, hint = ''): Html {
  return html`<label>${label}<input name="${name}" value="${value}" placeholder="${hint}" autocomplete="off" spellcheck="false"></label>`;
}

/** A form that changes something. */
export function actForm(to: Path, formToken: string, content: HtmlValue): Html {
  return html`<form method="post" action="${to}"><input type="hidden" name="form_token" value="${formToken}">${content}</form>`;
}

interface Question {
  title: string;
  /** What happens, in a paragraph or two. */
  text: Html;
  to: Path;
  formToken: string;
  /** What the form asks for. */
  asks?: HtmlValue;
  /** What the form sends on, so that it means what was chosen. */
  fields: readonly (readonly [name: string, value: string])[];
  button: Html;
  /** Where whoever thinks better of it goes. */
  back: Path;
}

/** The question before something is changed. */
export function confirmation({ title, text, to, formToken, asks = '', fields, button, back }: Question): Html {
  const hidden = fields.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  const content = html`${hidden}${asks}<div class="actions">${button}${link(back, 'Cancel')}</div>`;
  return html`<h1>${title}</h1><div class="confirm">${text}${actForm(to, formToken, content)}</div>`;
}
