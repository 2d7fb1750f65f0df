import { createHash } from 'node:crypto';
import { type Colours, dark, fontFamily, light, mark, type ResolvedLocale } from '@postern/locales';
import { escapeHtml } from '@postern/runtime';

const FAULT = { light: '#b91c1c', dark: '#f87171' };

const STYLE = `
:root { color-scheme: light dark; ${asVariables(light)} --fault: ${FAULT.light}; }
@media (prefers-color-scheme: dark) { :root { ${asVariables(dark)} --fault: ${FAULT.dark}; } }
body { margin: 0; font: 1.0625rem/1.6 ${fontFamily}; background: var(--page); color: var(--ink); }
main { max-width: 32rem; margin: 10vh auto 4rem; padding: 0 1rem; }
.product { display: flex; align-items: center; gap: .625rem; margin: 0 .25rem 1.25rem; font-weight: 600; overflow-wrap: anywhere; }
.product::before { content: ""; flex: none; width: ${mark.width}px; height: ${mark.height}px; border-radius: ${mark.radius}; background: var(--accent); }
.card { padding: 2rem 1.75rem; border: 1px solid var(--line); border-radius: .75rem; background: var(--card); overflow-wrap: break-word; }
h1 { margin: 0 0 1rem; font-size: 1.6rem; line-height: 1.25; }
.card > :last-child { margin-bottom: 0; }
a { color: var(--accent); }
label { display: block; font-weight: 600; margin-top: 1rem; }
input { box-sizing: border-box; width: 100%; font: inherit; color: inherit; background: transparent; padding: .6rem; border: 1px solid var(--muted); border-radius: .4rem; }
button { font: inherit; font-weight: 600; margin-top: 1.5rem; padding: .7rem 1.4rem; border: 0; border-radius: .4rem; background: var(--accent); color: var(--onAccent); cursor: pointer; }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.fault { border-inline-start: .3rem solid var(--fault); padding-inline-start: .8rem; }
`;

function asVariables(colours: Colours): string {
  return Object.entries(colours)
    .map(([name, colour]) => `--${name}: ${colour};`)
    .join(' ');
}

/** The style is allowed by its hash, forms may post to us alone, and nothing else is allowed at all (CSP Level 3). */
const CSP = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ');

/**
 * A page for people: one style, no script, so that it works in any browser and with any reader. WCAG 2.2: a title, one
 * heading, labelled fields, a visible focus. It looks as the mails do whose links lead to it.
 *
 * @param title text, in the language that is given
 * @param content HTML whose values are escaped already
 * @param productName text: whose page it is
 */
export function htmlPage(
  title: string,
  content: string,
  { language, direction }: Pick<ResolvedLocale, 'language' | 'direction'>,
  productName: string,
): { headers: Record<string, string>; body: string } {
  const [text, product] = [escapeHtml(title), escapeHtml(productName)];
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'content-security-policy': CSP,
    },
    body: `<!doctype html>
<html lang="${language}"${direction === 'rtl' ? ' dir="rtl"' : ''}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${text} · ${product}</title><style>${STYLE}</style></head>
<body><main><p class="product" dir="auto">${product}</p>
<div class="card"><h1>${text}</h1>
${content}
</div></main></body></html>
`,
  };
}

export function paragraph(text: string, kind?: 'fault'): string {
  return `<p${kind ? ` class="${kind}" role="alert"` : ''}>${escapeHtml(text)}</p>`;
}
