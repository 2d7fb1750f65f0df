import { type Html, type HtmlValue, html, Path, path } from '../../mail/content/html.ts';
import type { Operator } from '../../operators/operators.ts';
import type { Assets } from '../web/assets.ts';
import { SECTIONS, type Section } from '../web/console-route.ts';
import { actForm } from './parts.ts';

interface Frame {
  assets: Assets;
  title: string;
  /** What somebody who is signed in has around each page. */
  signedIn?: { operator: Operator; formToken: string; section: Section; notice: Html };
  body: Html;
}

/** `evaluate` and inline styles are forbidden by the pages' policy: htmx is configured not to try. */
const HTMX_CONFIG = html`<meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false,"defaultTimeout":10000}'>`;

/** A whole page. */
export function layout({ assets, title, signedIn, body }: Frame): string {
  const head = html`<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title} · Postern console</title>
<link rel="icon" href="${assets.icon.path}"><link rel="stylesheet" href="${assets.style.path}">
${HTMX_CONFIG}<script src="${assets.htmx.path}" defer></script><script src="${assets.script.path}" defer></script></head>`;
  const page = signedIn ? around(signedIn, body) : html`<main class="alone" id="main">${body}</main>`;
  return `<!doctype html>\n${html`<html lang="en">${head}<body>${page}</body></html>`}\n`;
}

function around({ operator, formToken, section, notice }: NonNullable<Frame['signedIn']>, body: Html): Html {
  const item = ({ path: to, name }: (typeof SECTIONS)[number]): HtmlValue =>
    to === section
      ? html`<li><a href="${sectionPath(to)}" aria-current="page">${name}</a></li>`
      : html`<li><a href="${sectionPath(to)}">${name}</a></li>`;
  return html`<a class="skip" href="#main">Skip to the content</a>
<header class="bar"><a class="brand" href="${path`/`}">Postern <span>console</span></a>
<nav aria-label="Areas"><ul>${SECTIONS.map(item)}</ul></nav>
<div class="who"><span><b>${operator.name}</b> ${operator.role === 'act' ? 'may act' : 'may only read'}</span>
${actForm(path`/sign-out`, formToken, html`<button class="plain">Sign out</button>`)}</div></header>
<main id="main" tabindex="-1">${notice}${body}</main>`;
}

function sectionPath(section: Section): Path {
  return new Path([section] as unknown as TemplateStringsArray & readonly string[], []);
}
