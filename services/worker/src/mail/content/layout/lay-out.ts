import { type Language, messages } from '@postern/locales';
import { escapeHtml } from '@postern/runtime';
import type { RenderContext } from '../context.ts';
import type { MailContent } from '../define-mail.ts';
import { type Html, html } from '../html.ts';
import { frameOf } from './html-frame.ts';
import { htmlToText } from './html-to-text.ts';
import { decodeEntities, type HtmlToken, htmlTokens } from './html-tokens.ts';
import { preheaderOf } from './preheader.ts';
import { styleTags } from './style-tags.ts';

/**
 * Puts the shared frame around a mail: brand, card, plain links, footer.
 *
 * @param unsubscribe where its reader can end this kind of mail; none for a transactional one
 */
export function layOut(
  content: MailContent,
  context: RenderContext,
  unsubscribe: string | undefined,
): { html: string; text: string } {
  const { brand, language, direction } = context;
  const { pieces, footerText } = frameOf(brand, language, direction);
  const [toTitle, toPreheader, toContent, toUnsubscribe, toEnd] = pieces;
  const tokens = [...htmlTokens(content.html.toString())];
  const links = plainLinks(tokens, language);
  const ending = unsubscribe === undefined ? [] : [...htmlTokens(unsubscribeLink(unsubscribe, language).toString())];
  const card = styleTags(links === undefined ? tokens : [...tokens, ...htmlTokens(links.toString())], direction);
  return {
    html: `${toTitle}${escapeHtml(content.subject)}${toPreheader}${preheaderOf(content.preheader, tokens)}${toContent}${card}${toUnsubscribe}${styleTags(ending, direction)}${toEnd}\n`,
    // "-- " on a line of its own is the mark before a signature (RFC 3676, 4.3): clients set what follows in grey.
    text: `${htmlToText(tokens, direction)}\n\n-- \n${footerText}\n${unsubscribe === undefined ? '' : `\n${htmlToText(ending, direction)}\n`}`,
  };
}

function unsubscribeLink(url: string, language: Language): Html {
  const words = messages[language].layout.unsubscribe;
  return html`<p data-style="footer-text"><a href="${url}" data-style="footer-link">${words}</a></p>`;
}

/** The addresses of the mail's buttons, for whoever cannot press one. */
function plainLinks(tokens: readonly HtmlToken[], language: Language): Html | undefined {
  const addresses: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'open' && token.attributes.get('data-style') === 'button') {
      addresses.push(decodeEntities(token.attributes.get('href') ?? ''));
    }
  }
  if (addresses.length === 0) return undefined;
  return html`<table role="presentation" data-style="fallback-table" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
    <td data-style="fallback">${messages[language].layout.plainLink}${addresses.map(
      (address) => html`<br><a href="${address}" dir="ltr" data-style="fallback-link">${address}</a>`,
    )}</td></tr></table>`;
}
