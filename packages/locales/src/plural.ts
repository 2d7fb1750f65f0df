/** The plural categories of each language for whole numbers and lists, from CLDR. */
interface Categories {
  en: 'one' | 'other';
  de: 'one' | 'other';
  fr: 'one' | 'many' | 'other';
  es: 'one' | 'many' | 'other';
  ar: 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
}

export type PluralForms<L extends keyof Categories> = Record<Categories[L], string>;

/** Picks a text by number, as Intl.PluralRules counts in that language. One that lacks a form does not compile. */
export function plural<L extends keyof Categories>(language: L, forms: PluralForms<L>): (count: number) => string {
  const rules = new Intl.PluralRules(language);
  const byCategory: Partial<Record<Intl.LDMLPluralRule, string>> = forms;
  return (count) => {
    const category = rules.select(count);
    const form = byCategory[category];
    if (form === undefined) throw new RangeError(`${language} has no text for the plural category "${category}"`);
    return form;
  };
}
