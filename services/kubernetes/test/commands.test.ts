import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Manifest, manifests, ROOT, type Selector, templateOf } from './manifests.ts';
import { overlayPatches, patched } from './patches.ts';

function named(kind: string, name: string): Manifest {
  const found = manifests.find((each) => each.kind === kind && each.metadata.name === name);
  if (!found) throw new Error(`no ${kind} ${name} in services/kubernetes/base`);
  return found;
}

/** What a process in the pods finds. */
function given(manifest: Manifest) {
  const pod = templateOf(manifest)?.spec;
  const [container] = pod?.containers ?? [];
  return {
    user: pod?.serviceAccountName,
    links: pod?.enableServiceLinks,
    secured: [pod?.securityContext, container?.securityContext],
    volumes: [pod?.volumes, container?.volumeMounts],
    image: container?.image,
    settings: container?.envFrom,
    // Of a worker, whose command is for all queues.
    variables: container?.env?.filter(({ name }) => name !== 'WORKER_QUEUES'),
    memory: container?.resources.limits.memory,
  };
}

function selects({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Record<string, string>): boolean {
  return (
    Object.entries(matchLabels).every(([label, value]) => labels[label] === value) &&
    matchExpressions.every(({ key, values }) => values.includes(labels[key] ?? ''))
  );
}

const labelsOf = (manifest: Manifest) => templateOf(manifest)?.metadata.labels ?? {};

/** The policies by which its pods may speak to others, and those by which others hear them. Nobody speaks to a command: it has no port. */
function reachOf(manifest: Manifest) {
  const selected = (selector: Selector = {}) => selects(selector, labelsOf(manifest));
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  const names = (found: Manifest[]) => found.map(({ metadata }) => metadata.name);
  return {
    speaks: names(policies.filter(({ spec }) => spec?.egress && selected(spec.podSelector))),
    heard: names(
      policies.filter(({ spec }) =>
        spec?.ingress?.some(({ from = [] }) => from.some(({ podSelector }) => podSelector && selected(podSelector))),
      ),
    ),
  };
}

describe.each([
  ['gateway', named('CronJob', 'gateway-command'), named('Deployment', 'gateway')],
  ['worker', named('CronJob', 'worker-command'), named('Deployment', 'worker-jobs')],
])('a command of the %s', (service, command, deployment) => {
  it('has what a replica has', () => {
    expect(given(command)).toEqual(given(deployment));
  });

  it('has what a replica has on EKS as well', () => {
    expect(given(patched(command, overlayPatches))).toEqual(given(patched(deployment, overlayPatches)));
    expect(given(patched(command, overlayPatches))).not.toEqual(given(command));
  });

  it('reaches what a replica reaches', () => {
    expect(reachOf(command)).toEqual(reachOf(deployment));
    expect(reachOf(command).speaks).toContain('postern');
  });

  it('is in no Service, and neither taken for a replica nor started by a clock', () => {
    const selecting = manifests.filter(({ kind, spec }) => {
      if (!spec?.selector) return false;
      const selector = kind === 'Service' ? { matchLabels: spec.selector } : spec.selector;
      return selects(selector as Selector, labelsOf(command));
    });
    expect(selecting.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([]);
    expect(command.spec?.suspend).toBe(true);
    const [container] = templateOf(command)?.spec.containers ?? [];
    expect([container?.ports, container?.startupProbe, container?.readinessProbe, container?.livenessProbe]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('waits with the Node.js of its image, and ends when it is told to', async () => {
    const [node, option, script = ''] = templateOf(command)?.spec.containers[0]?.command ?? [];
    const [, entrypoint] = /^ENTRYPOINT \["([^"]+)".* "main\.js"\]$/m.exec(
      readFileSync(join(ROOT, `services/${service}/Dockerfile`), 'utf8'),
    ) as string[];
    expect([node, option]).toEqual([entrypoint, '-e']);
    const noted = `${script}; process.once('beforeExit', () => process.exit(3)); process.stdout.write('waits')`;
    const waiting = spawn(process.execPath, ['-e', noted], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(waiting, 'exit');
    await once(waiting.stdout, 'data');
    waiting.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});
