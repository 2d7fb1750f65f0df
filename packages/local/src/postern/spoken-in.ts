import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';

const FILE = 'packages/locales/src/spoken.ts';

/** The languages that the product in that folder speaks. @throws Fault when its list cannot be read */
export function spokenIn(root: string): string[] {
  const [, list = ''] = /languages = \[([^\]]*)\]/.exec(readFileSync(join(root, FILE), 'utf8')) ?? [];
  const languages = [...list.matchAll(/'([a-z]+)'/g)].map(([, language = '']) => language);
  if (languages.length === 0) throw new Fault(`${FILE} has no list of languages; nothing was written.`);
  return languages;
}
