import type { RenderContext } from '../context.ts';
import type { MailContent } from '../define-mail.ts';
import { Html, html } from '../html.ts';
import { messages } from '../locales/index.ts';
import type { Brand } from './brand.ts';
import { htmlToText } from './html-to-text.ts';
import { decodeEntities, htmlTokens } from './html-tokens.ts';
import { preheaderOf } from './preheader.ts';
import { styleTags } from './style-tags.ts';
import { darkCss, outlookDarkCss, phoneCss } from './stylesheet.ts';
import { cardWidth } from './theme.ts';

// Separate <style> elements: Gmail throws a whole one away for one rule that it cannot read.
const HEAD_STYLES = Html.fromTrusted(
  `<style>:root{color-scheme:light dark;supported-color-schemes:light dark}\n${phoneCss}</style>
<style>${darkCss}</style>
<style>${outlookDarkCss}</style>
<!--[if mso]><xml><o:OfficeDocumentSettings><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml>
<style>table{border-collapse:collapse}td,th,p,h1,h2,a,li{font-family:'Segoe UI',Arial,sans-serif!important}</style><![endif]-->`,
);
// Word ignores max-width: it gets a table of that width around ours.
const MSO_OPEN = Html.fromTrusted(
  `<!--[if mso]><table role="presentation" align="center" width="${cardWidth}" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->`,
);
const MSO_CLOSE = Html.fromTrusted('<!--[if mso]></td></tr></table><![endif]-->');

/** Puts the shared frame around a mail: brand, card, plain links, footer. */
export function layOut(content: MailContent, context: RenderContext): { html: string; text: string } {
  const { brand, language, direction } = context;
  const footer = footerOf(brand, context);
  const page = html`<!doctype html>
<html lang="${language}" dir="${direction}" xmlns:o="urn:schemas-microsoft-com:office:office">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width,initial-scale=1">
  <meta name="x-apple-disable-message-reformatting">
  <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
  <meta name="color-scheme" content="light dark">
  <meta name="supported-color-schemes" content="light dark">
  <title>${content.subject}</title>
  ${HEAD_STYLES}
</head>
<body data-style="page" dir="${direction}">
  ${preheaderOf(content)}
  <table role="presentation" data-style="page" dir="${direction}" width="100%" cellpadding="0" cellspacing="0" border="0">
    <tr><td align="center" data-style="page-cell">
      ${MSO_OPEN}
      <table role="presentation" data-style="wrap" dir="${direction}" width="100%" cellpadding="0" cellspacing="0" border="0">
        <tr><td data-style="brand">${brandMark(brand)}</td></tr>
        <tr><td data-style="card" lang="${language}">
          ${content.html}
          ${plainLinks(content.html, context)}
        </td></tr>
        <tr><td data-style="footer">${footer}</td></tr>
      </table>
      ${MSO_CLOSE}
    </td></tr>
  </table>
</body>
</html>`;
  return {
    html: `${styleTags(page, direction)}\n`,
    // "-- " on a line of its own is the mark before a signature (RFC 3676, 4.3): clients set what follows in grey.
    text: `${htmlToText(content.html)}\n\n-- \n${htmlToText(footer)}\n`,
  };
}

/** A gate of two colours of CSS: a logo that no client blocks. */
function brandMark(brand: Brand): Html {
  return html`<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr>
    <td width="16" height="20" data-style="brand-mark">&nbsp;</td><td width="10" data-style="brand-gap">&nbsp;</td>
    <td data-style="brand-name">${brand.name}</td>
  </tr></table>`;
}

/** The addresses of the mail's buttons, for who cannot press one. */
function plainLinks(content: Html, { language }: RenderContext): Html | false {
  const addresses: string[] = [];
  for (const token of htmlTokens(content.toString())) {
    if (token.kind === 'open' && token.attributes.get('data-style') === 'button') {
      addresses.push(decodeEntities(token.attributes.get('href') ?? ''));
    }
  }
  if (addresses.length === 0) return false;
  return html`<table role="presentation" data-style="fallback-table" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
    <td data-style="fallback">${messages[language].layout.plainLink}${addresses.map(
      (address) => html`<br><a href="${address}" dir="ltr" data-style="fallback-link">${address}</a>`,
    )}</td></tr></table>`;
}

function footerOf(brand: Brand, { language }: RenderContext): Html {
  const { layout } = messages[language];
  const { supportAddress } = brand;
  return html`<p data-style="footer-text">${layout.reason(brand.name)}</p>
    <p data-style="footer-text">${layout.neverAsks}</p>
    ${
      supportAddress !== undefined &&
      html`<p data-style="footer-text">${layout.help} <a href="${`mailto:${supportAddress}`}" dir="ltr" data-style="footer-link">${supportAddress}</a></p>`
    }`;
}
