import { parse } from 'yaml';
import { documentsOf, type Manifest } from './manifests.ts';

interface Operation {
  op: 'add' | 'replace';
  path: string;
  value: unknown;
}
export interface Patch {
  target: { kind: string; name?: string; labelSelector?: string };
  patch: string;
}

/** What the overlay for EKS has, but for what is a comment. */
export const { patches: overlayPatches } = documentsOf<{ patches: Patch[] }>(
  'services/kubernetes/overlays/aws/kustomization.yaml',
)[0] ?? { patches: [] };

/** The object with those of the patches that are for it, as kustomize has it. @throws Error where it has no such place */
export function patched(manifest: Manifest, patches: readonly Patch[]): Manifest {
  const object = structuredClone(manifest);
  for (const { patch } of patches.filter(({ target }) => isFor(target, manifest))) {
    for (const operation of parse(patch) as Operation[]) change(object, operation);
  }
  return object;
}

function isFor({ kind, name, labelSelector }: Patch['target'], { kind: own, metadata }: Manifest): boolean {
  const [label = '', value] = labelSelector?.split('=') ?? [];
  return (
    new RegExp(`^(?:${kind})$`).test(own) &&
    (name ?? metadata.name) === metadata.name &&
    (!labelSelector || metadata.labels?.[label] === value)
  );
}

function change(object: Manifest, { op, path, value }: Operation): void {
  const [, ...keys] = path.split('/');
  const last = keys.pop() as string;
  let at = object as unknown as Record<string, unknown>;
  for (const key of keys) at = at[key] as Record<string, unknown>;
  if (op === 'replace' && !(last in at)) throw new Error(`${object.kind} ${object.metadata.name} has no ${path}`);
  if (Array.isArray(at) && last === '-') at.push(value);
  else at[last] = value;
}
