import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../fault.ts';
import type { ServiceName } from '../repository.ts';
import type { Names } from './names.ts';
import { type Scaffold, sectionLine } from './scaffold.ts';
import { cell, quoted } from './source-text.ts';

interface VariableOptions {
  service: ServiceName;
  /** Its value where nobody sets it; without one it may be missing. */
  fallback?: string | undefined;
  about?: string | undefined;
}

const DOCUMENT = 'docs/configuration.md';

/** A variable of a service: the line that reads and validates it, and its rows where variables are listed. It writes no file. */
export function variableScaffold({ file }: Names, root: string, options: VariableOptions): Scaffold {
  const { service, fallback, about = 'describe here what it does' } = options;
  const name = file.replaceAll('-', '_').toUpperCase();
  if (/^(NODE|NPM|LC|LD)_/.test(name))
    throw new Fault(`No variable can be called ${name}: those of Node.js, npm and the system are.`);
  const document = join(root, DOCUMENT);
  if (existsSync(document) && readFileSync(document, 'utf8').includes(`\`${name}\``)) {
    throw new Fault(`The variable ${name} already exists (${DOCUMENT}); nothing was written.`);
  }
  if (fallback !== undefined && /^https?:/.test(fallback) && !URL.canParse(fallback)) {
    throw new Fault(`"${fallback}" is no URL, as which ${name} would be read; nothing was written.`);
  }
  const title = service.charAt(0).toUpperCase() + service.slice(1);
  const shown = fallback === undefined ? 'none' : `\`${cell(fallback)}\``;
  return {
    edits: [
      sectionLine(`services/${service}/src/config.ts`, `  ${name}: ${schemaOf(name, fallback)},`, {
        ...{ start: `export const ${service}Env = {`, end: /^\};/, row: /^ / },
      }),
      sectionLine(DOCUMENT, `| \`${name}\` | ${shown} | ${cell(about)} |`, {
        ...{ start: `**${title}**`, end: /^\*\*/, row: /^\| `/ },
      }),
      sectionLine('.env.example', `# ${name}=${fallback ?? ''}`, { start: `# ${title}`, end: /^$/, row: /^# [A-Z]/ }),
    ],
  };
}

/** What it has to be, by what it is where nobody sets it. */
function schemaOf(name: string, fallback: string | undefined): string {
  if (fallback === undefined) return 'z.string().optional()';
  if (/^\d{1,9}$/.test(fallback)) {
    const number = Number(fallback).toLocaleString('en').replaceAll(',', '_');
    return `integer(${number}, 0, 1_000_000_000, '${name.toLowerCase().replaceAll('_', ' ')}')`;
  }
  const text = quoted(fallback);
  return /^https?:/.test(fallback) ? `z.url({ protocol: /^https?$/ }).default(${text})` : `z.string().default(${text})`;
}
