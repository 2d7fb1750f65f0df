import { createHash } from 'node:crypto';
import type { ResolvedLocale } from '@postern/locales';
import { escapeHtml } from '@postern/runtime';

const STYLE = `
:root { color-scheme: light dark; }
body { margin: 0; font: 1.0625rem/1.6 system-ui, sans-serif; background: Canvas; color: CanvasText; }
main { max-width: 30rem; margin: 12vh auto 4rem; padding: 0 1.5rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
label { display: block; font-weight: 600; margin-top: 1rem; }
input { box-sizing: border-box; width: 100%; font: inherit; padding: .6rem; border: 1px solid GrayText; border-radius: .4rem; }
button { font: inherit; font-weight: 600; margin-top: 1.5rem; padding: .7rem 1.4rem; border: 0; border-radius: .4rem; background: #1d4ed8; color: #fff; cursor: pointer; }
button:focus-visible, input:focus-visible { outline: 3px solid #f59e0b; outline-offset: 2px; }
.fault { border-inline-start: .3rem solid #b91c1c; padding-inline-start: .8rem; }
`;

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
 * heading, labelled fields, a visible focus.
 *
 * @param title text, in the language that is given
 * @param content HTML whose values are escaped already
 */
export function htmlPage(
  title: string,
  content: string,
  { language, direction }: Pick<ResolvedLocale, 'language' | 'direction'>,
): { headers: Record<string, string>; body: string } {
  const text = escapeHtml(title);
  return {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'content-security-policy': CSP,
    },
    body: `<!doctype html>
<html lang="${language}"${direction === 'rtl' ? ' dir="rtl"' : ''}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${text}</title><style>${STYLE}</style></head>
<body><main><h1>${text}</h1>
${content}
</main></body></html>
`,
  };
}

export function paragraph(text: string, kind?: 'fault'): string {
  return `<p${kind ? ` class="${kind}" role="alert"` : ''}>${escapeHtml(text)}</p>`;
}
