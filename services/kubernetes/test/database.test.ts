import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMysqlUrl } from '@postern/runtime';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { deployments, documentsOf, manifests, ROOT, scaled, templateOf } from './manifests.ts';

interface Patched {
  patches: { target: { kind: string; labelSelector?: string; name?: string }; patch: string }[];
}
interface Addition {
  path: string;
  value: { name?: string; mountPath?: string; configMap?: { name: string } };
}

const SETTINGS = readFileSync(join(ROOT, 'services/kubernetes/base/settings.env'), 'utf8');
const DOCUMENT = readFileSync(join(ROOT, 'docs/kubernetes.md'), 'utf8');

it('gives every pod on EKS the authority of the database, as the document ends its address', () => {
  const { patches = [] } = documentsOf<Patched>('services/kubernetes/overlays/aws/kustomization.yaml')[0] ?? {};
  const giving = patches.filter(({ patch }) => patch.includes('database-ca'));
  // By nothing but the kind, so that none is left out.
  expect(giving.map(({ target }) => Object.keys(target))).toEqual(giving.map(() => ['kind']));
  const withPods = manifests.filter(templateOf);
  expect(withPods.length).toBeGreaterThan(4);
  const additions = withPods.map(({ kind, metadata, spec }) => {
    const [{ patch } = { patch: '[]' }, ...others] = giving.filter(({ target }) =>
      new RegExp(`^(?:${target.kind})$`).test(kind),
    );
    expect(others, metadata.name).toEqual([]);
    const pod = spec?.template ? '/spec/template/spec' : '/spec/jobTemplate/spec/template/spec';
    const added = parse(patch) as Addition[];
    expect(
      added.map(({ path }) => path),
      metadata.name,
    ).toEqual([`${pod}/volumes/-`, `${pod}/containers/0/volumeMounts/-`]);
    return added.map(({ value }) => value);
  });
  const [[volume, mount] = []] = additions;
  expect(additions).toEqual(additions.map(() => [volume, mount]));
  expect(mount?.name).toBe(volume?.name);
  const [, made, key] = /create configmap (\S+) --from-file=(\S+)=\S+\.pem/.exec(DOCUMENT) ?? [];
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

it('starts no more replicas than the database has connections for, as the document reckons them', () => {
  const [, pool] = /^\| `DATABASE_POOL_SIZE` \| `(\d+)` /m.exec(
    readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8'),
  ) as string[];
  expect(SETTINGS).not.toContain('DATABASE_POOL_SIZE');
  const of: Record<string, number> = {};
  for (const { kind, spec } of manifests) {
    if (kind === 'HorizontalPodAutoscaler') of[spec?.scaleTargetRef?.name ?? ''] = spec?.maxReplicas ?? Number.NaN;
  }
  for (const { metadata, spec } of scaled) of[metadata.name] = spec.maxReplicaCount;
  expect(Object.keys(of).toSorted()).toEqual(deployments.map(({ metadata }) => metadata.name).toSorted());
  // While a release goes on: of each Deployment one that starts, and those that end, as one does each time that another has been ready for so long.
  const [, graceMs] = /^SHUTDOWN_GRACE_MS=(\d+)$/m.exec(SETTINGS) as string[];
  const passing = deployments.map(({ spec }) => 1 + Math.ceil(Number(graceMs) / 1_000 / (spec?.minReadySeconds ?? 0)));
  const sum = [...Object.values(of), ...passing].reduce((all, each) => all + each, 0);
  const connections = sum * (Number(pool) + 1);
  const [, most] = /`max_connections = (\d+)`/.exec(DOCUMENT) as string[];
  expect(
    connections,
    'more than max_connections in docs/kubernetes.md: lower maxReplicaCount in services/kubernetes/components/keda/scaled-objects.yaml, or state (and set) a higher number there',
  ).toBeLessThanOrEqual(Number(most));
});
