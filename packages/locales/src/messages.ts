import type { en } from './en.ts';
import type { Language } from './spoken.ts';

/** The texts of one language: what English has, all of it and nothing else. */
export type Messages = typeof en;

/** What the file of a language has to have: every text if the product speaks it. Until then some may be missing. */
export type TextsOf<Tag extends string> = Tag extends Language ? Messages : Some<Messages>;

type Some<Texts> = Texts extends string | ((...values: never[]) => string)
  ? Texts
  : { [Name in keyof Texts]?: Some<Texts[Name]> };
