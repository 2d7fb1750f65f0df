import { SecretRing } from '../secret-ring.ts';

/**
 * Takes on the rings of a configuration that was read anew, for everybody who holds those of the first. Other settings are read at start alone.
 *
 * @returns the names of the rings whose keys have changed
 */
export function rereadRings(current: object, fresh: object): string[] {
  const changed: string[] = [];
  for (const [name, ring] of Object.entries(current)) {
    const next: unknown = (fresh as Record<string, unknown>)[name];
    if (!(ring instanceof SecretRing) || !(next instanceof SecretRing) || ring.toText() === next.toText()) continue;
    ring.replaceBy(next);
    changed.push(name);
  }
  return changed;
}
