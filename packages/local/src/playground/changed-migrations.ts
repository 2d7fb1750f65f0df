import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { repositoryRoot, type ServiceName } from '../repository.ts';
import type { Terminal } from '../terminal.ts';
import type { Home } from './home.ts';

const postern = 'npx -y pnpm@12';

/** A migration as it is written: the hash of what it does, and its file in the service's folder. */
interface Written {
  file: string;
  name: string;
  hash: string;
}

/**
 * Says which migrations read otherwise than when they ran on the playground's own database: it has what they made then, and no edit
 * makes them run again. What has run since the last call is written down in `home`.
 *
 * @param written as they were before they ran: a save may come while they do
 */
export function reportChangedMigrations(
  home: Home,
  service: ServiceName,
  written: readonly Written[],
  terminal: Terminal,
): void {
  const ran = ranOn(home.file(`${service}.sqlite`));
  const kept = home.ranMigrations(service);
  const now = written.filter(({ name }) => ran.has(name));
  const changed = now.filter(({ name, hash }) => kept[name] !== undefined && kept[name] !== hash);
  home.keepRanMigrations(service, { ...Object.fromEntries(now.map(({ name, hash }) => [name, hash])), ...kept });
  for (const file of new Set(changed.map((it) => it.file))) {
    terminal.error(
      `services/${service}/migrations/${file} has changed since it ran here, and does not run again. If it has run nowhere else: stop this ` +
        `(Ctrl-C) and \`${postern} dev --fresh\`, which begins with empty databases. Otherwise undo the change, and write another migration.`,
    );
  }
}

function ranOn(file: string): Set<string> {
  if (!existsSync(file)) return new Set();
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const rows = database.prepare('SELECT name FROM migrations').all() as { name: string }[];
    return new Set(rows.map(({ name }) => name));
  } finally {
    database.close();
  }
}

/** The migrations of a service. What counts is what they do: comments may change. */
export function writtenMigrations(service: ServiceName, root = repositoryRoot): Written[] {
  const folder = join(root, 'services', service, 'migrations');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const code = text
      .replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      .replaceAll(/\s+/g, ' ')
      .trim();
    const hash = createHash('sha256').update(code).digest('hex');
    return [...text.matchAll(/name: '(\d{4}-[^']+)'/g)].map(([, name = '']) => ({ file, name, hash }));
  });
}
