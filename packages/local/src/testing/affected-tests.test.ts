import { expect, test } from 'vitest';
import { affectedTests } from './affected-tests.ts';
import { LONGEST } from './longest-first.ts';

const importing = (path: string) => `import { it } from '${path}';`;
const longest = LONGEST.find((file) => file.includes('/test/')) ?? '';
const texts: Record<string, string> = {
  'services/a/test/near.test.ts': importing('../src/read.ts'),
  'services/a/test/far.test.ts': importing('./test-service.ts'),
  'services/a/test/test-service.ts': importing('../src/read.ts'),
  'services/a/src/read.test.ts': importing('./read.ts'),
  'services/a/src/reader.ts': importing('./read.ts'),
  'services/a/src/reader.test.ts': importing('./reader.ts'),
  'services/a/src/other.test.ts': importing('./other.ts'),
  'services/a/src/documents.test.ts': importing('node:fs'),
  [longest]: importing('../../../services/a/src/read.ts'),
};
const affected = (...changed: string[]) => affectedTests(changed, Object.keys(texts), (file) => texts[file] ?? '');
const overPorts = (...changed: string[]) => affected(...changed).filter((file) => !file.includes('/src/'));
const units = (...changed: string[]) => affected(...changed).filter((file) => file.includes('/src/'));

test('a unit test is affected by what it imports, however far away', () => {
  expect(units('services/a/src/read.ts')).toEqual(
    expect.arrayContaining(['services/a/src/read.test.ts', 'services/a/src/reader.test.ts']),
  );
  expect(units('services/a/src/read.ts')).not.toContain('services/a/src/other.test.ts');
});

test('a unit test that opens files is affected by each change, as they may be those', () => {
  expect(affected('README.md')).toEqual(['services/a/src/documents.test.ts']);
});

test('a snapshot affects the tests beside it', () => {
  expect(units('services/a/src/__snapshots__/read.html.snap')).toEqual(
    expect.arrayContaining(['services/a/src/read.test.ts', 'services/a/src/other.test.ts']),
  );
  expect(units('services/a/src/mails/__snapshots__/read.html.snap')).not.toContain('services/a/src/read.test.ts');
});

test.each(['pnpm-lock.yaml', 'vitest.config.ts', 'services/a/package.json'])('%s affects every unit test', (file) => {
  expect(units(file)).toEqual(Object.keys(texts).filter((test) => /src.*test/.test(test)));
});

test('a test over ports is affected by what it imports by itself, and by what it uses to test', () => {
  expect(overPorts('services/a/src/read.ts')).toEqual(['services/a/test/near.test.ts']);
  expect(overPorts('services/a/test/test-service.ts')).toEqual(['services/a/test/far.test.ts']);
});

test('a test that changed runs, even one of the longest', () => {
  expect(overPorts('services/a/test/far.test.ts', longest)).toEqual(['services/a/test/far.test.ts', longest]);
});
