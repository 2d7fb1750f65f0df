import { describe, expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

const read = (typed: string) => visibleText(typed, 'The name');

describe('a text that others see', () => {
  it.each([
    ['Ada', 'Ada'],
    ['  Ada   Maria\u00a0B. ', 'Ada Maria B.'],
    ['Jose\u0301', 'José'],
    ['O’Brien-Smith', 'O’Brien-Smith'],
    ['李', '李'],
    ['نرگس\u200cها', 'نرگس\u200cها'],
    ['ක්\u200dර', 'ක්\u200dර'],
    ['🦊', '🦊'],
  ])('is kept as it is meant: %j', (typed, text) => expect(read(typed)).toEqual({ text }));

  it.each([
    ['\ufeffAda', 'Ada'],
    ['Ad\u00ada', 'Ada'],
    ['\u202eadA\u202c', 'adA'],
    ['\u2066Ada\u2069', 'Ada'],
    ['Ada\u200b', 'Ada'],
    ['\u200dAda\u200c', 'Ada'],
    ['A\u200d\u200d\u200dda', 'Ada'],
    ['Ada\u{e0041}', 'Ada'],
  ])('loses what only formats or turns it round: %j', (typed, text) => {
    expect(read(typed).text?.replaceAll('\u200d', '')).toBe(text);
  });

  it.each([
    '',
    ' ',
    '\u200b',
    '\u3164',
    '\u115f',
    '\u2800',
    '\u00ad',
    '\u034f',
    '\ufe0f',
    '\u202e\u202c',
    '\u3000',
    '\u0301',
  ])('has a character that can be seen, unlike %j', (typed) => expect(read(typed).fault).toContain('can be seen'));

  it.each(['Ada\n', 'A\u0000', '\u001b[2J', 'A\u0085', 'A\u2028B', '\ue000', '\ud800'])(
    'has no control characters, unlike %j',
    (typed) => expect(read(typed).fault).toContain('control characters'),
  );
});
