import { isBuiltin } from 'node:module';
import type { Plugin } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';

/**
 * Takes modules of Node.js from `process.getBuiltinModule`. An `import` of one reads all that it exports, and what `node:http` exports
 * beside HTTP loads a WebSocket client and the whole of fetch: 40 ms of processor time and 9 MB for each process (measured).
 */
export function builtinModules(): Plugin {
  return {
    name: 'builtin-modules',
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle))
        if (file.type === 'chunk') file.code = withoutLaterImports(withoutImports(file.code));
    },
  };
}

/** What libraries import when they first need it, of node:http above all, costs the same. What they get has a `default`, too. */
export function withoutLaterImports(code: string): string {
  return code.replace(/\bimport\(([`'"])(node:[\w/]+)\1\)/g, (_import, _quote, name: string) => {
    const module = `process.getBuiltinModule("${name}")`;
    return `Promise.resolve(Object.create(${module},{default:{value:${module}}}))`;
  });
}

export function withoutImports(code: string): string {
  const declarations: string[] = [];
  let rest = '';
  let from = 0;
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
    rest += code.slice(from, node.start);
    from = node.end;
  }
  return `${declarations.join('')}${rest}${code.slice(from)}`;
}

function nameOf(imported: { type: 'Identifier'; name: string } | { type: 'Literal'; value: string }): string {
  return imported.type === 'Identifier' ? imported.name : imported.value;
}
