import { expect, test } from 'vitest';
import { ModuleGraph } from './module-graph.ts';
import { readTracked, trackedFiles } from './tracked-files.ts';

const texts: Record<string, string> = {
  'packages/kit/package.json': JSON.stringify({
    name: '@acme/kit',
    exports: { '.': './src/index.ts', './testing': './src/testing/index.ts' },
  }),
  'packages/kit/src/index.ts':
    "export { type Clock, now as readClock } from './time/clock.ts';\nexport * from './text/index.ts';",
  'packages/kit/src/time/clock.ts': 'export interface Clock {}\nexport function now() {}',
  'packages/kit/src/text/index.ts': "export { fold } from './fold.ts';",
  'packages/kit/src/text/fold.ts': 'export async function fold() {}',
  'packages/kit/src/testing/index.ts': "export * from './fake-clock.ts';",
  'packages/kit/src/testing/fake-clock.ts': "import type { Clock } from '../time/clock.ts';\nexport class FakeClock {}",
  'services/a/src/clock-user.ts': "import { readClock } from '@acme/kit';",
  'services/a/src/fold-user.ts': "import {\n  fold,\n} from '@acme/kit';",
  'services/a/src/far.ts': "import { x } from './fold-user.ts';",
  'services/a/src/fake-user.ts': "import { FakeClock } from '@acme/kit/testing';",
  'services/a/src/whole-user.ts': "import * as kit from '@acme/kit';",
  'services/a/src/starter.ts': "new Worker(new URL('./thread.ts', import.meta.url));",
  'services/a/src/thread.ts': "await import('./late.ts');",
  'services/a/src/late.ts': '',
};
const graph = new ModuleGraph(Object.keys(texts), (file) => texts[file] ?? '');
const users = (...changed: string[]) =>
  [...graph.reachedFrom(changed)].filter((file) => file.startsWith('services/')).sort();
const inA = (...names: string[]) => names.map((name) => `services/a/src/${name}.ts`);

test('a module reaches what imports a name that it declares from its package, under another name too, and no other', () => {
  expect(users('packages/kit/src/time/clock.ts')).toEqual(inA('clock-user', 'fake-user', 'whole-user'));
});

test('a name is followed through every module that passes it on', () => {
  expect(users('packages/kit/src/text/fold.ts')).toEqual(inA('far', 'fold-user', 'whole-user'));
  expect(users('packages/kit/src/testing/fake-clock.ts')).toEqual(inA('fake-user'));
});

test('modules that export all of each other are followed once', () => {
  const round: Record<string, string> = {
    'packages/kit/package.json': JSON.stringify({ name: '@acme/kit', exports: { '.': './src/index.ts' } }),
    'packages/kit/src/index.ts': "export * from './one.ts';",
    'packages/kit/src/one.ts': "export * from './two.ts';",
    'packages/kit/src/two.ts': "export * from './one.ts';\nexport const two = 2;",
    'services/a/src/user.ts': "import { two, gone } from '@acme/kit';",
  };
  const reached = new ModuleGraph(Object.keys(round), (file) => round[file] ?? '').reachedFrom([
    'packages/kit/src/two.ts',
  ]);
  expect(reached).toContain('services/a/src/user.ts');
});

test('a module that is started by its path, or imported late, reaches who does so', () => {
  expect(users('services/a/src/late.ts')).toEqual(inA('late', 'starter', 'thread'));
});

test('a module that was deleted reaches who imports it still', () => {
  expect(users('services/a/src/gone.ts', 'packages/kit/src/text/gone.ts')).toEqual(inA('gone'));
  const left = new ModuleGraph(['services/a/src/user.ts'], () => "import { x } from './gone.ts';");
  expect([...left.reachedFrom(['services/a/src/gone.ts'])]).toContain('services/a/src/user.ts');
});

test('in this repository, a module reaches the tests beside it and those of another package that uses it, and not all', () => {
  const graph = new ModuleGraph(trackedFiles(), readTracked);
  const reached = graph.reachedFrom(['packages/runtime/src/time/expire-after.ts']);
  expect(reached).toContain('packages/runtime/src/time/expire-after.test.ts');
  expect(reached).toContain('packages/sqs/src/client/direct-call.test.ts');
  expect(reached).not.toContain('packages/runtime/src/text/without-addresses.test.ts');
  expect(reached).not.toContain('services/worker/src/mail/content/html.test.ts');
});
