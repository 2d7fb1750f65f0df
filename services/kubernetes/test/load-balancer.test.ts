import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { manifests, ROOT } from './manifests.ts';

interface Operation {
  op: 'add' | 'replace';
  path: string;
  value: unknown;
}
type Patch = { target: { kind: string; name: string }; patch: string };

/** What the overlay has, as comments, for an ALB with IP targets. */
function patches(): Patch[] {
  const overlay = readFileSync(join(ROOT, 'services/kubernetes/overlays/aws/kustomization.yaml'), 'utf8');
  const [, block = ''] = /^ {2}# An ALB with IP targets.*\n(?: {2}# [^-].*\n)*((?: {2}# (?:- target| ).*\n)+)/m.exec(
    overlay,
  ) as string[];
  return parse(block.replaceAll(/^ {2}# /gm, '')) as Patch[];
}

/** The object of the base with its patch, as kustomize has it. @throws Error where it has no such place */
function patched(kind: string, name: string): unknown {
  const object = structuredClone(manifests.find((each) => each.kind === kind && each.metadata.name === name));
  const operations = patches().find(({ target }) => target.kind === kind && target.name === name)?.patch ?? '[]';
  for (const { op, path, value } of parse(operations) as Operation[]) {
    const [, ...keys] = path.split('/');
    const last = keys.pop() as string;
    let at = object as unknown as Record<string, unknown>;
    for (const key of keys) at = at[key] as Record<string, unknown>;
    if (op === 'replace' && !(last in at)) throw new Error(`${kind} ${name} has no ${path}`);
    if (Array.isArray(at) && last === '-') at.push(value);
    else at[last] = value;
  }
  return object;
}

describe('an ALB with IP targets', () => {
  it('reaches the gateway from its subnets, on the port that people use alone', () => {
    const { spec } = patched('NetworkPolicy', 'gateway') as { spec: { ingress: { from: unknown; ports: unknown }[] } };
    expect(spec.ingress[0]).toEqual({
      from: [{ ipBlock: { cidr: expect.stringMatching(/^10\.[\d.]+\/\d+$/) } }],
      ports: [{ protocol: 'TCP', port: 3000 }],
    });
    expect(JSON.stringify(spec.ingress.slice(1))).not.toContain('ipBlock');
  });

  it('is served for longer after SIGTERM than an ingress, with as much time to drain, before the pod is killed', () => {
    const timesOf = (gateway: unknown) => {
      const { spec } = (
        gateway as {
          spec: {
            template: {
              spec: {
                terminationGracePeriodSeconds: number;
                containers: [{ env: { name: string; value: string }[] }];
              };
            };
          };
        }
      ).spec.template;
      const env = Object.fromEntries(spec.containers[0].env.map(({ name, value }) => [name, value]));
      expect(env).toHaveProperty('TRUST_PROXY', '1');
      return {
        killedMs: spec.terminationGracePeriodSeconds * 1_000,
        servesMs: Number(env.DRAIN_DELAY_MS),
        graceMs: Number(env.SHUTDOWN_GRACE_MS ?? 30_000),
      };
    };
    const ingress = timesOf(
      manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'gateway'),
    );
    const alb = timesOf(patched('Deployment', 'gateway'));
    expect(alb.servesMs).toBeGreaterThan(ingress.servesMs);
    expect(alb.graceMs - alb.servesMs).toBeGreaterThanOrEqual(ingress.graceMs - ingress.servesMs);
    expect(alb.killedMs).toBeGreaterThan(alb.graceMs);
  });
});
