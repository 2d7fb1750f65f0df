import { runInNewContext } from 'node:vm';
import { Fault } from '../fault.ts';
import { RESERVED_WORDS } from '../reserved-words.ts';

/** What the language has without Node.js: lint lets nothing else be called so. */
const BUILT_IN = new Set<string>(runInNewContext('Object.getOwnPropertyNames(globalThis)'));

/**
 * Looks at what a generated file declares, which is called after the name that was given.
 *
 * @throws Fault for a name with which the file would not compile, or not pass lint
 */
export function requireFreeNames(text: string): void {
  const imported = importedBy(text);
  const twice = imported.filter((name, index) => imported.indexOf(name) !== index);
  for (const name of [...twice, ...declaredIn(text)]) {
    const why = RESERVED_WORDS.has(name)
      ? 'is a word of JavaScript'
      : BUILT_IN.has(name)
        ? 'is something of JavaScript itself'
        : imported.includes(name)
          ? 'is imported there from elsewhere'
          : undefined;
    if (why)
      throw new Fault(`Another name is needed: ${name}, as it would be called in code, ${why}. Nothing was written.`);
  }
}

function importedBy(text: string): string[] {
  return [...text.matchAll(/^import (?:type )?\{([^}]*)\}/gm)].flatMap(([, list = '']) =>
    list.split(',').map((each) => each.replace(/^\s*type /, '').trim()),
  );
}

/** Exported names, and the parameters of exported functions. */
function declaredIn(text: string): string[] {
  const names = [...text.matchAll(/^export (?:abstract )?(?:const|class|function|interface|type) (\w+)/gm)];
  const parameters = [...text.matchAll(/^export function \w+\(([^)]*)\)/gm)].flatMap(([, list = '']) => [
    ...list.matchAll(/(?:^|,)\s*(\w+):/g),
  ]);
  return [...names, ...parameters].map(([, name = '']) => name);
}
