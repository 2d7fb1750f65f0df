import { isBuiltin } from 'node:module';
import type { Plugin } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';
import { type Edit, editChunks, edited } from './edit-chunks.ts';

/**
 * Takes modules of Node.js from `process.getBuiltinModule`. An `import` of one reads all that it exports, and what `node:http` exports
 * beside HTTP loads a WebSocket client and the whole of fetch: 40 ms of processor time and 9 MB for each process (measured).
 */
export function builtinModules(): Plugin {
  return editChunks('builtin-modules', (code) =>
    [...lookUps(code), ...laterLookUps(code)].toSorted((one, other) => one.start - other.start),
  );
}

/** What libraries import when they first need it, of node:http above all, costs the same. What they get has a `default`, too. */
function laterLookUps(code: string): Edit[] {
  return [...code.matchAll(/\bimport\(([`'"])([\w:/]+)\1\)/g)]
    .filter(([, , name = '']) => isBuiltin(name))
    .map(({ index, 0: { length }, 2: name = '' }) => {
      const module = `process.getBuiltinModule("${name}")`;
      const text = `Promise.resolve(Object.create(${module},{default:{value:${module}}}))`;
      return { start: index, end: index + length, text };
    });
}

export function withoutLaterImports(code: string): string {
  return edited(code, laterLookUps(code));
}

export function withoutImports(code: string): string {
  return edited(code, lookUps(code));
}

function lookUps(code: string): Edit[] {
  const declarations: string[] = [];
  const imports: Edit[] = [];
  for (const node of parseAst(code).body) {
    if (node.type !== 'ImportDeclaration' || !isBuiltin(node.source.value)) continue;
    const module = `process.getBuiltinModule(${JSON.stringify(node.source.value)})`;
    const names: string[] = [];
    for (const specifier of node.specifiers) {
      const local = specifier.local.name;
      const name = specifier.type === 'ImportSpecifier' ? nameOf(specifier.imported) : 'default';
      // The default of a module of Node.js, and what `* as` stands for, is all of it.
      if (name === 'default') declarations.push(`const ${local} = ${module};`);
      else names.push(`${name}: ${local}`);
    }
    if (names.length > 0) declarations.push(`const { ${names.join(', ')} } = ${module};`);
    imports.push({ start: node.start, end: node.end, text: '' });
  }
  return [{ start: 0, end: 0, text: declarations.join('') }, ...imports];
}

function nameOf(imported: { type: 'Identifier'; name: string } | { type: 'Literal'; value: string }): string {
  return imported.type === 'Identifier' ? imported.name : imported.value;
}
