/** Characters that can be seen: letters, digits, punctuation and symbols, without those that are drawn as nothing. */
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** Drawn as nothing although they are letters, marks or symbols: fillers, variation selectors, the blank of Braille. */
const BLANK = /[\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Format characters: what turns the direction of writing round, marks an order of bytes, or joins nothing. */
const FORMAT = /\p{Cf}/gu;
/** Persian, the scripts of India and others are written with these two between letters (Unicode, chapters 9 and 23). */
const JOINER = /(?<=[\p{L}\p{M}])[\u200c\u200d](?=\p{L})/gu;
const KEPT = { '\u200c': '\ue000', '\u200d': '\ue001' } as Record<string, string>;
const BACK = { '\ue000': '\u200c', '\ue001': '\u200d' } as Record<string, string>;
/** Control characters, ends of lines, private use, halves of surrogate pairs: nobody's name has them. */
const REFUSED = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/u;

type VisibleText = { text: string; fault?: undefined } | { text?: undefined; fault: string };

/**
 * A text that a person types and others see: composed (NFC), without format and direction characters, spaces at its ends or
 * several in a row, and with something in it that can be seen.
 *
 * @param what begins the fault: `The first name`
 */
export function visibleText(typed: string, what: string): VisibleText {
  if (REFUSED.test(typed)) return { fault: `${what} must not have control characters` };
  const text = typed
    .normalize('NFC')
    .replace(JOINER, (joiner) => KEPT[joiner] as string)
    .replace(FORMAT, '')
    .replace(/[\ue000\ue001]/g, (kept) => BACK[kept] as string)
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
  if (!VISIBLE.test(text.replace(BLANK, ''))) return { fault: `${what} must have a character that can be seen` };
  return { text };
}
