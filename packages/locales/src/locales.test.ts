import { describe, expect, it } from 'vitest';
import { type Messages, messages } from './index.ts';
import { readersLocale, resolveLocale } from './language.ts';
import type { TextsOf } from './messages.ts';
import { type PluralForms, plural } from './plural.ts';
import { languages, speaks } from './spoken.ts';

/** What a product that speaks fewer languages has as well: rows whose answer is in one of its own. */
function spoken<Row extends readonly [...unknown[], string]>(rows: readonly Row[]): readonly Row[] {
  return rows.filter((row) => speaks(String(row.at(-1)).slice(0, 2)));
}

describe('a locale', () => {
  const rows: [string | undefined, string, string][] = [
    ['de-AT', 'de', 'de-AT'],
    ['de_CH', 'de', 'de-CH'],
    ['zh-Hans-CN', 'en', 'en'],
    ['en-GB', 'en', 'en-GB'],
    ['ar-EG-u-nu-thai', 'ar', 'ar-EG'],
    ['AR', 'ar', 'ar'],
    ['not a locale', 'en', 'en'],
    ['', 'en', 'en'],
    ['__proto__', 'en', 'en'],
    [undefined, 'en', 'en'],
  ];
  it.each(spoken(rows))('%s is shown in %s, with the dates of %s', (asked, language, tag) => {
    expect(resolveLocale(asked)).toMatchObject({ language, tag });
  });

  it.runIf(speaks('ar'))('is read from the right where its script is', () => {
    expect(resolveLocale('ar').direction).toBe('rtl');
    expect(resolveLocale('en').direction).toBe('ltr');
  });
});

describe('the language of a reader', () => {
  const rows: [string | undefined, string | undefined, string][] = [
    ['de-AT,de;q=0.9,en;q=0.8', undefined, 'de-AT'],
    ['zh,fr;q=0.5,es;q=0.7', undefined, 'es'],
    ['de;q=0, ar', undefined, 'ar'],
    ['zh', 'fr-CA', 'fr-CA'],
    ['*', 'es', 'es'],
    ['zh', undefined, 'en'],
    ['en', 'de', 'en'],
    [undefined, 'de', 'de'],
    [';;,q=,%%', undefined, 'en'],
  ];
  it.each(spoken(rows))('Accept-Language %s of an account in %s is %s', (header, account, tag) => {
    expect(readersLocale(header, account).tag).toBe(tag);
  });
});

/** Every text by its path, called with placeholders where it takes arguments. */
function textsOf(catalog: object, path = ''): Map<string, string> {
  const texts = new Map<string, string>();
  for (const [name, entry] of Object.entries(catalog)) {
    const at = `${path}${name}`;
    if (typeof entry === 'string') texts.set(at, entry);
    else if (typeof entry === 'function') {
      texts.set(at, at.endsWith('.now') ? entry(2) : entry('PLACEHOLDER', 'SECOND'));
    } else for (const [key, text] of textsOf(entry, `${at}.`)) texts.set(key, text);
  }
  return texts;
}

describe.each(languages.filter((language) => language !== 'en'))('the texts in %s', (language) => {
  const english = textsOf(messages.en);
  const translated = textsOf(messages[language]);

  it('are all there, and no others', () => {
    expect([...translated.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('are translated, not copied from English', () => {
    // "Roles:" is the Spanish word as well.
    const same = [...translated].filter(([key, text]) => text === english.get(key) && key !== 'labels.roles');
    expect(same).toEqual([]);
  });

  it('say the names and times that the English ones say', () => {
    const wrong = [...translated].filter(([key, text]) => {
      const placeholders = (english.get(key) ?? '').match(/PLACEHOLDER|SECOND/g) ?? [];
      return !placeholders.every((placeholder) => text.includes(placeholder)) || text.trim() !== text || text === '';
    });
    expect(wrong).toEqual([]);
  });

  it('have a form for every count', () => {
    const { now, none } = messages[language].rolesChanged;
    for (const count of [0, 1, 2, 3, 10, 11, 20, 99, 100, 101, 1_000_000]) expect(now(count)).not.toBe('');
    expect(none).not.toBe('');
  });
});

it.runIf(speaks('ar'))('introduces no list of roles in Arabic when there is none', () => {
  expect(messages[resolveLocale('ar').language].rolesChanged.now(0)).toBe('ليس لديك الآن أي دور.');
});

it('refuses a count for which a language was given no text', () => {
  const text = plural('ar', { zero: '0', one: '1', two: '2', few: '3', many: '11', other: '100' });
  expect([0, 1, 2, 5, 20, 100].map(text)).toEqual(['0', '1', '2', '3', '11', '100']);
  const forms = { one: '1' } as unknown as { one: string; other: string };
  expect(() => plural('en', forms)(2)).toThrow('no text for the plural category "other"');
});

it('does not compile without a text or a plural form', () => {
  const { greeting, ...rest } = messages.en;
  // @ts-expect-error the greeting is missing
  const incomplete: Messages = rest;
  // @ts-expect-error the texts of the welcome are missing
  const hollow: Messages = { ...messages.en, welcome: { subject: greeting } };
  // @ts-expect-error Arabic has a dual
  const forms: PluralForms<'ar'> = { zero: '0', one: '1', few: '3', many: '11', other: '100' };
  // A language that the product does not speak may lack texts until it does.
  const later: TextsOf<'xx'> = { greeting, welcome: {} };
  expect([incomplete, hollow, forms, later]).toHaveLength(4);
});
