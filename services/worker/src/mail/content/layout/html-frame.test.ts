import { describe, expect, it } from 'vitest';
import { frameOf } from './html-frame.ts';

const page = (name: string) => frameOf({ name }, 'en', 'rtl').pieces.join('');

describe('the frame', () => {
  it('has an element of its own for the rule that Gmail cannot read, so that the ones for phones stay', () => {
    const styles = page('Zebra').match(/<style>.*?<\/style>/gs) ?? [];
    expect(styles.filter((style) => style.includes('color-scheme:light'))).toEqual([
      '<style>:root{color-scheme:light dark;supported-color-schemes:light dark}</style>',
    ]);
    expect(styles.filter((style) => style.includes('max-width:520px'))).toHaveLength(1);
  });

  it('lets a brand run as its letters do', () => {
    expect(page('Yahoo!')).toContain('<span dir="auto">Yahoo!</span>');
  });
});
