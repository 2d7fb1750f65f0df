import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { escaped } from './ascii-only.ts';
import { withoutImports, withoutLaterImports } from './builtin-modules.ts';

/** Runs an expression of a bundle. */
function evaluate(code: string): unknown {
  return new Function(`return ${code}`)();
}

describe('a source in ASCII', () => {
  it.each([
    ['"Jos\u00e9 \ud83e\udd8a"', 'Jos\u00e9 \ud83e\udd8a'],
    ['`\u201e$' + '{1 + 1}\u201c`', '\u201e2\u201c'],
    ['"\\\u00e9\\\\\u00e9"', '\u00e9\\\u00e9'],
    ['/^[\u00e4-\u00fc]+$/.test("\u00e4\u00f6\u00fc")', true],
    ['/^\\\u2014$/.test("\u2014")', true],
    ['/^[\ud83e\udd80-\ud83e\uddff]$/u.test("\ud83e\udd8a")', true],
    ['/^[\ud83e\udd80-\ud83e\uddff]$/u.test("\ud83c\udf00")', false],
  ])('means the same: %s', (code, value) => {
    expect(escaped(code)).toMatch(/^[\0-\x7f]*$/);
    expect(evaluate(escaped(code))).toEqual(value);
    expect(evaluate(code)).toEqual(value);
  });
});

describe('imports of Node.js', () => {
  it('become look-ups, in whatever way they name what they take', () => {
    const code = [
      'import a from "node:path";',
      'import * as b from "node:os";',
      'import c, { join as d } from "node:path";',
      'import { default as e, sep } from "node:path";',
      'globalThis.found = [a.join === d, typeof b.cpus, c === a, e === a, sep === a.sep];',
    ].join('\n');
    const plain = withoutImports(code);
    expect(plain).not.toContain('import ');
    new Function(plain)();
    expect((globalThis as { found?: unknown }).found).toEqual([true, 'function', true, true, true]);
  });

  it('are the only ones: what the bundle has in other files is imported', () => {
    const code = 'import { a } from "./service.js";import { join } from "path";join(a);';
    expect(withoutImports(code)).toBe(
      'const { join: join } = process.getBuiltinModule("path");import { a } from "./service.js";join(a);',
    );
  });

  it('become look-ups where they come later, too', async () => {
    const code = withoutLaterImports('Promise.all([import(`node:path`), import("node:path"), import("./x.js")])');
    expect(code.match(/import\([^)]*\)/g)).toEqual(['import("./x.js")']);
    const loaded = evaluate(withoutLaterImports('import("node:path")')) as Promise<{ join: unknown; default: unknown }>;
    const { join, default: all } = await loaded;
    expect([join, all]).toEqual([path.join, path]);
  });
});
