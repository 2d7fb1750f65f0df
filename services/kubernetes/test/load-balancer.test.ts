import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type Manifest, manifests, ROOT } from './manifests.ts';
import { type Patch, patched } from './patches.ts';

/** What the overlay has, as comments, for an ALB with IP targets. */
function patches(): Patch[] {
  const overlay = readFileSync(join(ROOT, 'services/kubernetes/overlays/aws/kustomization.yaml'), 'utf8');
  const [, block = ''] = /^ {2}# An ALB with IP targets.*\n(?: {2}# [^-].*\n)*((?: {2}# (?:- target| ).*\n)+)/m.exec(
    overlay,
  ) as string[];
  return parse(block.replaceAll(/^ {2}# /gm, '')) as Patch[];
}

const gateway = (kind: string) =>
  manifests.find((each) => each.kind === kind && each.metadata.name === 'gateway') as Manifest;

describe('an ALB with IP targets', () => {
  it('reaches the gateway from its subnets, on the port that people use alone', () => {
    const { spec } = patched(gateway('NetworkPolicy'), patches()) as unknown as {
      spec: { ingress: { from: unknown; ports: unknown }[] };
    };
    expect(spec.ingress[0]).toEqual({
      from: [{ ipBlock: { cidr: expect.stringMatching(/^10\.[\d.]+\/\d+$/) } }],
      ports: [{ protocol: 'TCP', port: 3000 }],
    });
    expect(JSON.stringify(spec.ingress.slice(1))).not.toContain('ipBlock');
  });

  it('is served for longer after SIGTERM than an ingress, with as much time to drain, before the pod is killed', () => {
    const timesOf = (manifest: unknown) => {
      const { spec } = (
        manifest as {
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
    const ingress = timesOf(gateway('Deployment'));
    const alb = timesOf(patched(gateway('Deployment'), patches()));
    expect(alb.servesMs).toBeGreaterThan(ingress.servesMs);
    expect(alb.graceMs - alb.servesMs).toBeGreaterThanOrEqual(ingress.graceMs - ingress.servesMs);
    expect(alb.killedMs).toBeGreaterThan(alb.graceMs);
  });
});
