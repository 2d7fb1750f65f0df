import { type Html, html } from '../html.ts';

/**
 * The button of a mail. It is a coloured table cell around a link, so that it looks like one where images, fonts and
 * most of CSS are off, Outlook included. The layout repeats its address in plain below the mail's text.
 *
 * @param url http, https or mailto
 */
export function button(url: string, label: string): Html {
  return html`<table role="presentation" data-style="button-table" cellpadding="0" cellspacing="0" border="0">
    <tr><td data-style="button-cell"><a href="${url}" data-style="button">${label}</a></td></tr>
  </table>`;
}

/**
 * A sentence with an address in it, as the locale files have them, and the address as a link to write to.
 *
 * @param address undefined where the sentence names none
 */
export function withMailLink(sentence: string, address: string | undefined): Html {
  const at = address === undefined ? -1 : sentence.indexOf(address);
  if (address === undefined || at < 0) return html`${sentence}`;
  const after = sentence.slice(at + address.length);
  return html`${sentence.slice(0, at)}<a href="${`mailto:${address}`}" dir="ltr">${address}</a>${after}`;
}

export interface Fact {
  label: string;
  value: string;
  /** `ltr` for what is not prose (addresses, networks), `auto` for a stranger's words. Default: the mail's own. */
  direction?: 'ltr' | 'auto';
}

/** A panel of labelled values: when, where, with what. On a phone the labels are above their values. */
export function facts(list: readonly Fact[]): Html {
  return html`<table role="presentation" data-style="facts" cellpadding="0" cellspacing="0" border="0" width="100%">
    <tr><td data-style="facts-cell"><table cellpadding="0" cellspacing="0" border="0" width="100%">
      ${list.map(
        ({ label, value, direction }) =>
          html`<tr><th scope="row" data-style="fact-label">${label}</th>
            <td data-style="fact-value">${direction === undefined ? value : html`<span dir="${direction}">${value}</span>`}</td></tr>`,
      )}
    </table></td></tr>
  </table>`;
}
