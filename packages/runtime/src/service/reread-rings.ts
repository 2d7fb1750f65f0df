import { ConfigError } from '../configuration/env.ts';
import { SecretRing } from '../configuration/secret-ring.ts';

/**
 * Takes on the rings of a configuration that was read again, for everybody who holds those of the first. Other settings are read at start alone.
 *
 * @returns the names of the rings whose keys have changed
 * @throws ConfigError, and takes on none, when a key has other bytes under an id that was there before: what the old one made names that id, and
 *   would not be read any more
 */
export function rereadRings(current: object, fresh: object): string[] {
  const changed: { name: string; ring: SecretRing; next: SecretRing }[] = [];
  for (const [name, ring] of Object.entries(current)) {
    const next: unknown = (fresh as Record<string, unknown>)[name];
    if (!(ring instanceof SecretRing) || !(next instanceof SecretRing) || ring.toText() === next.toText()) continue;
    changed.push({ name, ring, next });
  }
  const problems = changed.flatMap(({ name, ring, next }) =>
    next.all
      .filter(({ id, bytes }) => ring.all.some((key) => key.id === id && !key.bytes.equals(bytes)))
      .map(
        ({ id }) =>
          `${name}: the key "${id}" is not the one that had this id before; give the new key an id of its own, and put the old one back behind it`,
      ),
  );
  if (problems.length > 0) throw new ConfigError(problems);
  for (const { ring, next } of changed) ring.replaceBy(next);
  return changed.map(({ name }) => name);
}
