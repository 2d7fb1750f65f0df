import type { MailContent } from '../define-mail.ts';
import { Html, html } from '../html.ts';
import { htmlToText } from './html-to-text.ts';
import { htmlTokens } from './html-tokens.ts';

// As many characters as the widest list of mails shows beside a subject.
const LONGEST = 140;
// Invisible, and wide enough that no client goes on to show the brand and the heading behind the preheader.
const FILLER = Html.fromTrusted('&#847;&zwnj;&nbsp;'.repeat(60));

/** The hidden first line that clients show in their list: the mail's own, else the beginning of its paragraphs. */
export function preheaderOf(content: MailContent): Html {
  const text = content.preheader ?? beginningOf(content.html);
  return html`<div data-text="none" style="display:none;max-height:0;max-width:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;color:#f2f4f1;">${text}${FILLER}</div>`;
}

function beginningOf(content: Html): string {
  const paragraphs: string[] = [];
  let open: string | undefined;
  for (const token of htmlTokens(content.toString())) {
    if (token.kind === 'open' && token.name === 'p') open = '';
    else if (token.kind === 'close' && token.name === 'p' && open !== undefined) {
      paragraphs.push(htmlToText(Html.fromTrusted(open)));
      open = undefined;
    } else if (token.kind === 'text' && open !== undefined) open += token.source;
  }
  return cut(paragraphs.join(' '));
}

function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  const words = text.slice(0, LONGEST + 1);
  return `${words.slice(0, Math.max(words.lastIndexOf(' '), LONGEST / 2)).toWellFormed()}…`;
}
