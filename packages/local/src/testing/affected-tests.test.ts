import { expect, test } from 'vitest';
import { affectedTests } from './affected-tests.ts';
import { LONGEST } from './longest-first.ts';

const importing = (path: string) => `import { it } from '${path}';`;
const [longest = ''] = LONGEST;
const texts: Record<string, string> = {
  'services/a/test/near.test.ts': importing('../src/read.ts'),
  'services/a/test/far.test.ts': importing('./test-service.ts'),
  'services/a/test/test-service.ts': importing('../src/read.ts'),
  'services/a/src/read.test.ts': importing('./read.ts'),
  [longest]: importing('../../../services/a/src/read.ts'),
};
const affected = (...changed: string[]) => affectedTests(changed, Object.keys(texts), (file) => texts[file] ?? '');

test('a test over ports is affected by what it imports by itself, and by what it uses to test', () => {
  expect(affected('services/a/src/read.ts')).toEqual(['services/a/test/near.test.ts']);
  expect(affected('services/a/test/test-service.ts')).toEqual(['services/a/test/far.test.ts']);
});

test('a test that changed runs, even one of the longest', () => {
  expect(affected('services/a/test/far.test.ts', longest)).toEqual(['services/a/test/far.test.ts', longest]);
});

test('a change without a test over ports affects none', () => {
  expect(affected('README.md')).toEqual([]);
});
