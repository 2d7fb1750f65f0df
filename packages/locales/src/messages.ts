import type { en } from './en.ts';
import type { Language } from './spoken.ts';

/** The texts of one language: what English has, all of it and nothing else. */
export type Messages = typeof en;

/** What the files of a language have to have: every text if the product speaks it. Until then some may be missing. */
export type TextsOf<Tag extends string> = Tag extends Language ? Messages : Some<Messages>;

/** The same of its hosted pages. */
export type PagesOf<Tag extends string> = Tag extends Language ? Messages['pages'] : Some<Messages['pages']>;

type Some<Texts> = Texts extends string | ((...values: never[]) => string)
  ? Texts
  : { [Name in keyof Texts]?: Some<Texts[Name]> };
