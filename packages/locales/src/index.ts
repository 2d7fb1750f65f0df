import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import type { Messages } from './messages.ts';
import type { Language } from './spoken.ts';

export { type Direction, type ResolvedLocale, readersLocale, resolveLocale } from './language.ts';
export { type Colours, dark, fontFamily, light, mark } from './look.ts';
export type { Messages } from './messages.ts';
export { type Language, languages, speaks } from './spoken.ts';

/** The texts that there are, a file each, and one of its pages. */
const all = { en, de, fr, es, ar };

/** The texts of each language that the product speaks. One that lacks a text does not compile. */
export const messages: Readonly<Record<Language, Messages>> = all;
