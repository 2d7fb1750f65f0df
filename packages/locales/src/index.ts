import { ar } from './ar.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { fr } from './fr.ts';
import type { Language } from './language.ts';
import type { Messages } from './messages.ts';

export {
  type Direction,
  type Language,
  languages,
  type ResolvedLocale,
  readersLocale,
  resolveLocale,
} from './language.ts';
export { type Colours, dark, fontFamily, light, mark } from './look.ts';
export type { Messages } from './messages.ts';

/** The texts of each language. One that lacks a text does not compile. */
export const messages: Readonly<Record<Language, Messages>> = { en, de, fr, es, ar };
