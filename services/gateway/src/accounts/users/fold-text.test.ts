import { describe, expect, it } from 'vitest';
import { foldText } from './fold-text.ts';

describe('texts that are searched', () => {
  it.each([
    ['Änne', 'anne'],
    ['A\u0308nne', 'ANNE'],
    ['José', 'JOSE'],
    ['STRASSE', 'straße'],
    ['ΣΊΣΥΦΟΣ', 'Σίσυφος'],
    ['ＡＤＡ', 'ada'],
    ['İstanbul', 'istanbul'],
    ['ﬁn', 'FIN'],
    ['Ada\u200bLovelace', 'adalovelace'],
  ])('are one: %s and %s', (one, other) => expect(foldText(one)).toBe(foldText(other)));

  it.each([
    ['ada', 'eda'],
    ['李', '王'],
    ['Łucja', 'Lucja'],
  ])('are two: %s and %s', (one, other) => expect(foldText(one)).not.toBe(foldText(other)));
});
