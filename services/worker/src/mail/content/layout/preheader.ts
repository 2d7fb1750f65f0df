import { light } from '@postern/locales';
import { escapeHtml } from '@postern/runtime';
import { htmlToText } from './html-to-text.ts';
import type { HtmlToken } from './html-tokens.ts';

// As many characters as the widest list of mails shows beside a subject.
const LONGEST = 140;
// More text than the longest preheader has room for, so that the rest of a long mail is not read for it.
const PARTS_ENOUGH = 8;
// Invisible, and wide enough that no client goes on to show the brand and the heading behind the preheader.
const FILLER = '&#847;&zwnj;&nbsp;'.repeat(60);
const HIDDEN = `display:none;max-height:0;max-width:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;color:${light.page};`;

/** The hidden first line that clients show in their list: the mail's own, else the beginning of its paragraphs. */
export function preheaderOf(own: string | undefined, tokens: readonly HtmlToken[]): string {
  return `<div style="${HIDDEN}">${escapeHtml(own ?? beginningOf(tokens))}${FILLER}</div>`;
}

function beginningOf(tokens: readonly HtmlToken[]): string {
  const paragraphs: HtmlToken[] = [];
  let inParagraph = false;
  for (const token of tokens) {
    if (paragraphs.length > 0 && isList(token)) break;
    if (token.kind === 'open' && token.name === 'p') inParagraph = true;
    else if (token.kind === 'close' && token.name === 'p') {
      inParagraph = false;
      paragraphs.push({ kind: 'text', source: ' ' });
      if (paragraphs.length >= PARTS_ENOUGH) break;
    } else if (token.kind === 'text' && inParagraph) paragraphs.push(token);
  }
  // "You now have these roles:" promises what the inbox does not show.
  return cut(htmlToText(paragraphs)).replace(/\s?:…?$/, '…');
}

/** The paragraph behind one does not go on where the paragraph before it ended. */
function isList(token: HtmlToken): boolean {
  if (token.kind !== 'open') return false;
  return token.name === 'ul' || token.name === 'ol' || token.attributes.get('data-style') === 'facts';
}

function cut(text: string): string {
  if (text.length <= LONGEST) return text;
  const words = text.slice(0, LONGEST + 1);
  return `${words.slice(0, Math.max(words.lastIndexOf(' '), LONGEST / 2)).toWellFormed()}…`;
}
