import { expect, test } from 'vitest';
import { ScratchRepository } from '../postern/testing/scratch-repository.ts';
import { CapabilityList } from './capability-list.ts';

const LIST = 'services/gateway/src/capabilities.ts';
const TEXT =
  "// One line a capability.\nexport { giftsModule } from './gifts/gifts.module.ts';\nexport { twoFactorModule } from './accounts/two-factor/two-factor.module.ts';\n";

/** Two capabilities, built on users. */
function scratchWith(list: string): ScratchRepository {
  return new ScratchRepository({
    [LIST]: list,
    'services/gateway/src/foundation.ts': "export { usersModule } from './accounts/users/users.module.ts';\n",
    'services/gateway/src/accounts/users/users.module.ts': 'export const usersModule = 1;\n',
    'services/gateway/src/accounts/two-factor/two-factor.module.ts': 'export const twoFactorModule = 1;\n',
    'services/gateway/src/gifts/gifts.module.ts': 'export const giftsModule = 1;\n',
  });
}

test('a capability goes with its line, and is there again when that is put back', () => {
  using scratch = scratchWith(TEXT);
  const list = new CapabilityList(scratch.root);
  list.change('gifts', false);
  expect(scratch.read(LIST)).toBe(TEXT.replace(/export { gifts.*\n/, ''));
  expect(list.all()).toEqual([
    { name: 'gifts', there: false },
    { name: 'two-factor', there: true },
  ]);
  list.change('gifts', true);
  expect(scratch.read(LIST).split('\n').sort()).toEqual(TEXT.split('\n').sort());
});

test('the last one leaves a module, and comes back into it', () => {
  const one = TEXT.replace(/export { gifts.*\n/, '');
  using scratch = scratchWith(one);
  const list = new CapabilityList(scratch.root);
  list.change('two-factor', false);
  expect(scratch.read(LIST)).toBe('// One line a capability.\nexport {};\n');
  list.change('two-factor', true);
  expect(scratch.read(LIST)).toBe(one);
});

test('a line goes and counts as it is written, with a comment behind it or as one', () => {
  using scratch = scratchWith(
    TEXT.replace("gifts.module.ts';", "gifts.module.ts'; // from March on").replace('export { two', '// export { two'),
  );
  const list = new CapabilityList(scratch.root);
  expect(list.all()).toEqual([
    { name: 'gifts', there: true },
    { name: 'two-factor', there: false },
  ]);
  list.change('gifts', false);
  expect(scratch.read(LIST)).not.toMatch(/^export .*gifts/m);
});

test('one goes that is called as what all need is called elsewhere', () => {
  const own = "export { usersModule } from './users/users.module.ts';\n";
  using scratch = scratchWith(TEXT + own);
  scratch.write('services/gateway/src/users/users.module.ts', 'export const usersModule = 1;\n');
  new CapabilityList(scratch.root).change('users', false);
  expect(scratch.read(LIST)).toBe(TEXT);
});

test('what was changed can be undone', () => {
  using scratch = scratchWith(TEXT);
  new CapabilityList(scratch.root).change('two-factor', false)();
  expect(scratch.read(LIST)).toBe(TEXT);
});

test('what all need, and what is not there, is refused with what can go', () => {
  using scratch = scratchWith(TEXT);
  const list = new CapabilityList(scratch.root);
  expect(() => list.change('users', false)).toThrow(
    '"users" is none of the capabilities that can be taken out: gifts, two-factor.',
  );
  expect(() => list.change('gifts', true)).toThrow('has the line of gifts already');
});
