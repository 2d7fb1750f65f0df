import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

const PACKAGE = '@zxcvbn-ts/language-common';
/** PASSWORD_MIN_LENGTH is 8 at least: shorter ones are refused anyhow. */
const SHORTEST = 8;

/** Unpacks the list of common passwords when the bundle is made: each start of the gateway spent 30 ms of processor time on it. */
export function unpackedPasswords(): Plugin {
  return {
    name: 'unpacked-passwords',
    resolveId: (id) => (id === PACKAGE ? `\0${PACKAGE}` : undefined),
    load(id) {
      if (id !== `\0${PACKAGE}`) return undefined;
      const require = createRequire(join(import.meta.dirname, '../../gateway/package.json'));
      const { dictionary } = require(PACKAGE) as { dictionary: { 'passwords-common': string[] } };
      const list = dictionary['passwords-common'].filter(({ length }) => length >= SHORTEST).join('\n');
      return `export const dictionary = { 'passwords-common': ${JSON.stringify(list)}.split('\\n') };`;
    },
  };
}
