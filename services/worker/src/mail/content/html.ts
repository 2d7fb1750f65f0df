import { escapeHtml } from '@postern/runtime';
import { type Hole, holesOf } from './html-holes.ts';

/**
 * A piece of HTML that is safe to put into a mail: it came out of the `html` tag. Data never is one, whatever it looks
 * like, because the source sits in a private field that no parsed JSON has.
 */
export class Html {
  readonly #source: string;

  private constructor(source: string) {
    this.#source = source;
  }

  /** For the mail layout, which rewrites HTML that came out of `html`. Never for data. */
  static fromTrusted(source: string): Html {
    return new Html(source);
  }

  static isHtml(value: unknown): value is Html {
    return typeof value === 'object' && value !== null && #source in value;
  }

  toString(): string {
    return this.#source;
  }
}

/** Declarations for a `style` attribute, written in source code by the `css` tag; data cannot be one either. */
class Css {
  readonly #source: string;

  constructor(strings: TemplateStringsArray, values: readonly (Css | number)[]) {
    this.#source = String.raw({ raw: strings }, ...values)
      .replace(/\s*\n\s*/g, '')
      .trim();
  }

  static isCss(value: unknown): value is Css {
    return typeof value === 'object' && value !== null && #source in value;
  }

  toString(): string {
    return this.#source;
  }
}

export const css = (strings: TemplateStringsArray, ...values: (Css | number)[]): Css => new Css(strings, values);

/**
 * A path on the page's own server, from its root, made by the `path` tag: what is in it is encoded for its place. Mails have none.
 */
export class Path {
  readonly #source: string;

  constructor(strings: TemplateStringsArray, values: readonly (string | number)[]) {
    this.#source = String.raw({ raw: strings }, ...values.map(encode));
    // Two slashes (or what browsers take for them) would lead to another server.
    if (!/^\/(?![/\\])/.test(this.#source)) throw new TypeError('a path begins with one slash');
  }

  static isPath(value: unknown): value is Path {
    return typeof value === 'object' && value !== null && #source in value;
  }

  toString(): string {
    return this.#source;
  }
}

/** Half of a character, which a stranger's message may hold, has no encoding: it must not cost the page that links to it. */
function encode(value: string | number): string {
  return encodeURIComponent(String(value).toWellFormed());
}

export const path = (strings: TemplateStringsArray, ...values: (string | number)[]): Path => new Path(strings, values);

/** What may be in a template: text, numbers, fragments, lists of them; `false` for a part that is left out. */
export type HtmlValue = string | number | bigint | false | Html | Css | Path | readonly HtmlValue[];

/** A value that a template cannot show. The message names the place, never the value: values are people's data. */
export class HtmlValueError extends TypeError {
  override name = 'HtmlValueError';
}

/**
 * HTML in which every value is escaped for the place where it is.
 *
 * - In text and quoted attributes, strings and numbers are escaped; `Html` fragments and lists of them nest in text.
 * - An attribute that takes a URL has one value and nothing else, and it is http, https or mailto, or made by the `path` tag.
 * - A `style` takes only what the `css` tag made.
 * - Anywhere else (tag names, unquoted attributes, comments, scripts, styles, on… attributes) there is no safe way to
 *   escape, so a value there throws `HtmlTemplateError` the first time the template is used.
 *
 * @throws HtmlValueError for undefined and null (data that is missing must not become a gap in a sentence), for objects,
 * and for a URL that is not one of the three kinds.
 */
export function html(strings: TemplateStringsArray, ...values: HtmlValue[]): Html {
  const holes = holesOf(strings);
  let source = strings[0] ?? '';
  for (const [index, value] of values.entries()) {
    const hole = holes[index];
    if (hole === undefined) throw new HtmlValueError('html was called with more values than its template has places');
    source += render(value, hole) + (strings[index + 1] ?? '');
  }
  return Html.fromTrusted(source);
}

function render(value: HtmlValue, hole: Hole): string {
  if (hole.kind === 'url') return escapeHtml(Path.isPath(value) ? value.toString() : safeUrl(value, hole));
  if (hole.kind === 'style') {
    if (!Css.isCss(value)) throw new HtmlValueError(`${hole.where} accepts only what the css tag made`);
    return escapeHtml(value.toString());
  }
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value === false) return '';
  if (hole.kind === 'text') {
    if (Html.isHtml(value)) return value.toString();
    if (Array.isArray(value)) return value.map((item: HtmlValue) => render(item, hole)).join('');
  }
  throw new HtmlValueError(`${hole.where} cannot show a value of type ${describe(value)}`);
}

/** The URL in its normal form, so that what was checked is what a client follows. */
function safeUrl(value: HtmlValue, hole: Hole): string {
  if (typeof value !== 'string') throw new HtmlValueError(`${hole.where} needs a URL, not ${describe(value)}`);
  const url = /^(https?:\/\/|mailto:)[^\s\p{Cc}]+$/iu.test(value) ? URL.parse(value) : null;
  if (url === null) throw new HtmlValueError(`${hole.where} accepts an http, https or mailto URL`);
  return url.href;
}

function describe(value: unknown): string {
  if (value === null || typeof value !== 'object') return String(value === null ? null : typeof value);
  return value.constructor?.name ?? 'object';
}
