import { describe, expect, it } from 'vitest';
import { stylesheet } from './stylesheet.ts';

describe.each(['ltr', 'rtl'] as const)('the styles of a mail that is read %s', (direction) => {
  const styles = Object.entries(stylesheet(direction)).map(([name, { style }]) => [name, style] as const);

  it.each(styles)('tell Word to keep to the line height of %s', (_name, style) => {
    for (const [, before] of style.matchAll(/([^;]*;?)line-height:\d+px;/g)) {
      expect(before).toBe('mso-line-height-rule:exactly;');
    }
  });

  it('have a line height for all text of a mail', () => {
    const without = styles.filter(([, style]) => style.includes('font-size') && !/line-height:\d+px;/.test(style));
    expect(without.map(([name]) => name)).toEqual(['code']);
  });
});
