import { readFileSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';

const asItIs = (text: string) => text;

/**
 * Expects of a file what is made of the API's description. As snapshots are: a developer's run writes it, to be committed with what changed the
 * API, and where CI is set it is only compared.
 *
 * @param part what of the text counts; all of it by default
 */
export function expectMade(file: string, text: string, part: (text: string) => string = asItIs): void {
  if (!process.env.CI && part(readFileSync(file, 'utf8')) !== part(text)) {
    writeFileSync(file, text);
    console.log(`The API has changed, and with it ${file}: commit it.`);
  }
  expect(part(readFileSync(file, 'utf8')) === part(text), file).toBe(true);
}
