/**
 * The languages that the product speaks, said here and nowhere else. Each text of a mail or page has to be there in every one of them, or it
 * does not compile. English is one of them: it is what anybody else reads. Postern's own texts are there in every language listed here;
 * those of a language that is taken out stay in their files, and may lack what is written since.
 */
export const languages = ['en', 'de', 'fr', 'es', 'ar'] as const;

export type Language = (typeof languages)[number];

export function speaks(language: string): language is Language {
  return languages.some((spoken) => spoken === language);
}
