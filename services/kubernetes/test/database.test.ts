import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMysqlUrl } from '@postern/runtime';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { documentsOf, manifests, ROOT } from './manifests.ts';

interface Patched {
  patches: { target: { kind: string; labelSelector?: string; name?: string }; patch: string }[];
}
interface Mount {
  value?: { name?: string; mountPath?: string; configMap?: { name: string } };
}

const DOCUMENT = readFileSync(join(ROOT, 'docs/kubernetes.md'), 'utf8');

it('gives every pod on EKS the authority of the database, as the document ends its address', () => {
  const { patches = [] } = documentsOf<Patched>('services/kubernetes/overlays/aws/kustomization.yaml')[0] ?? {};
  const [{ target, patch } = { target: undefined, patch: '[]' }, ...others] = patches.filter((each) =>
    each.patch.includes('database-ca'),
  );
  expect(others).toEqual([]);
  const pods = manifests.filter(({ spec }) => spec?.template).map(({ kind }) => kind);
  expect(pods.length).toBeGreaterThan(4);
  // By nothing but the kind, so that none is left out.
  expect(Object.keys(target ?? {})).toEqual(['kind']);
  expect(pods.filter((kind) => !new RegExp(`^(?:${target?.kind})$`).test(kind))).toEqual([]);

  const added = (parse(patch) as Mount[]).map(({ value }) => value);
  const [volume, mount] = [added.find((each) => each?.configMap), added.find((each) => each?.mountPath)];
  expect(mount?.name).toBe(volume?.name);
  const [, made, key] = /create configmap (\S+) --from-file=(\S+)=\/dev\/stdin/.exec(DOCUMENT) ?? [];
  expect(volume?.configMap?.name).toBe(made);
  const [, parameters = ''] = /End each `database_url` in `(\?[^`]+)`/.exec(DOCUMENT) ?? [];
  const folder = mkdtempSync(join(tmpdir(), 'postern-ca-'));
  try {
    writeFileSync(join(folder, key as string), '-----BEGIN CERTIFICATE-----\n');
    const address = `mysql://gateway:secret@db.example.com/gateway${parameters.replace(mount?.mountPath as string, folder)}`;
    expect(readMysqlUrl(address).ssl).toMatchObject({
      rejectUnauthorized: true,
      verifyIdentity: true,
      ca: expect.stringContaining('CERTIFICATE'),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
