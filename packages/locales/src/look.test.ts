import { describe, expect, it } from 'vitest';
import { type Colours, dark, light } from './look.ts';

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
] as const)('the %s colours', (_name, colours) => {
  const pairs: [keyof Colours, keyof Colours][] = [
    ...(['ink', 'muted', 'accent'] as const).map((text): [keyof Colours, keyof Colours] => [text, 'card']),
    ...(['ink', 'muted'] as const).flatMap((text): [keyof Colours, keyof Colours][] => [
      [text, 'page'],
      [text, 'panel'],
    ]),
    ['onAccent', 'accent'],
  ];

  it.each(pairs)('%s on %s can be read (WCAG 2.2, 1.4.3)', (text, ground) => {
    expect(contrast(colours[text], colours[ground])).toBeGreaterThanOrEqual(4.5);
  });
});
