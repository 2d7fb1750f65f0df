import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
/** Fakes, what fails on purpose, and the bugs that proofs put into services. */
const OF_TESTS = /^packages\/proof\/|\/(testing|test|bench)\/|\.test\.ts$/;

it.each(['gateway', 'worker'])(
  'the bundle of the %s has nothing in it that tests and proofs are made of',
  async (service) => {
    const bundle = await rolldown({
      input: join(root, 'services', service, 'src/main.ts'),
      platform: 'node',
      // Ours alone: libraries are none of our tests.
      external: (id) => !/^[./]|^@postern\//.test(id),
    });
    const { output } = await bundle.generate({ format: 'esm' });
    await bundle.close();

    const chunks = output.filter((part) => part.type === 'chunk');
    const modules = chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => relative(root, id)));
    expect(modules).toContain(`services/${service}/src/main.ts`);
    expect(modules).toContain('packages/runtime/src/database/dialect.ts');
    expect(modules.filter((path) => OF_TESTS.test(path))).toEqual([]);
    expect(chunks.map(({ code }) => code).join('')).not.toContain('PROOF_');
  },
);
