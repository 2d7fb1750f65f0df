import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { OWN_QUEUES } from '@postern/events';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { type Container, deployments, type Manifest, manifests, ROOT, scaled, templates } from './manifests.ts';

const CONFIGURATION = readFileSync(join(ROOT, 'docs/configuration.md'), 'utf8');
/** The table of Secrets and their keys. */
const SECRETS = readFileSync(join(ROOT, 'docs/kubernetes.md'), 'utf8').split('## Secrets')[1] ?? '';

const settings = parseEnv(readFileSync(join(ROOT, 'services/kubernetes/base/settings.env'), 'utf8')) as Record<
  string,
  string
>;
const podOf = ({ spec }: Manifest) =>
  spec?.template?.spec as {
    terminationGracePeriodSeconds: number;
    enableServiceLinks?: boolean;
    containers: [Container];
  };
const envOf = (manifest: Manifest) => ({
  ...settings,
  ...Object.fromEntries((podOf(manifest).containers[0].env ?? []).map(({ name, value }) => [name, value])),
});
/** What an overlay has to add, since no value fits everybody. */
const OVERLAY = readFileSync(join(ROOT, 'services/kubernetes/overlays/aws/kustomization.yaml'), 'utf8');

/** Names in a section of the configuration's document; of those that are required alone, on demand. */
function variables(section: string, onlyRequired = false): string[] {
  const rows = (CONFIGURATION.split(`**${section}**`)[1] ?? '').split('\n**')[0]?.split('\n') ?? [];
  return rows
    .map((row) => row.split('|'))
    .filter((cells) => !onlyRequired || cells[2]?.trim().startsWith('required'))
    .flatMap((cells) => [...(cells[1] ?? '').matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name as string));
}

const serviceOf = ({ metadata }: Manifest) => (metadata.name === 'gateway' ? 'Gateway' : 'Worker');

it('gives no pod the variables that Kubernetes makes of the names of Services, such as GATEWAY_PORT=tcp://…', () => {
  const pods = templates.map(({ spec }) => spec);
  expect(pods.length).toBeGreaterThan(deployments.length);
  expect(pods.filter(({ enableServiceLinks }) => enableServiceLinks !== false)).toEqual([]);
});

describe.each(deployments.map((manifest) => [manifest.metadata.name, manifest] as const))(
  'deployment %s',
  (_, manifest) => {
    it('sets only variables that the configuration knows', () => {
      const known = new Set([...variables('Both services'), ...variables('Gateway'), ...variables('Worker')]);
      const unknown = Object.keys(envOf(manifest)).filter(
        (name) => !known.has(name.replace(/_FILE$/, '')) && !known.has(name),
      );
      expect(unknown).toEqual([]);
    });

    it('sets every required variable, or leaves it to the overlay', () => {
      const given = envOf(manifest);
      const required = [...variables('Both services', true), ...variables(serviceOf(manifest), true)];
      expect(required.length).toBeGreaterThan(5);
      const missing = required.filter(
        (name) => !(name in given) && !(`${name}_FILE` in given) && !OVERLAY.includes(`- ${name}=`),
      );
      expect(missing).toEqual([]);
    });

    it('has as much memory as in compose', () => {
      const compose = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
      const [, limit] =
        new RegExp(`^  ${serviceOf(manifest).toLowerCase()}:\n(?:    .*\n)*?    mem_limit: (\\d+)m$`, 'm').exec(
          compose,
        ) ?? [];
      expect(podOf(manifest).containers[0].resources.limits.memory).toBe(`${limit}Mi`);
    });

    it('reads no file that is not a key of its Secret, as the document lists them', () => {
      const files = Object.values(envOf(manifest)).flatMap(
        (value) => /^\/run\/secrets\/postern\/(\w+)$/.exec(value)?.[1] ?? [],
      );
      const [, listed = ''] =
        new RegExp(`^\\| \`${serviceOf(manifest).toLowerCase()}\` \\|(.*)`, 'm').exec(SECRETS) ?? [];
      expect(files.length).toBeGreaterThan(3);
      expect(files.filter((file) => !listed.includes(`\`${file}\``))).toEqual([]);
    });

    it('asks for health where the service answers, and lets a busy process be', () => {
      const [container] = podOf(manifest).containers;
      const ops = container.ports?.find(({ name }) => name === 'ops')?.containerPort;
      expect(CONFIGURATION).toContain(`\`${ops}\``);
      expect(container.readinessProbe?.httpGet).toEqual({ path: '/health/ready', port: 'ops' });
      expect(container.livenessProbe?.httpGet).toEqual({ path: '/health/live', port: 'ops' });
    });

    it('gives it longer to end than it takes at most', () => {
      const { SHUTDOWN_GRACE_MS, DRAIN_DELAY_MS } = envOf(manifest) as Record<string, string>;
      const takesMs = Number(SHUTDOWN_GRACE_MS);
      expect(Number(DRAIN_DELAY_MS ?? 0)).toBeLessThan(takesMs);
      expect(podOf(manifest).terminationGracePeriodSeconds * 1_000).toBeGreaterThan(takesMs);
    });

    it('runs as nobody, on a read-only file system, without any capability', () => {
      expect(podOf(manifest).containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    });
  },
);

it('runs every pod as the user of the images by its number, whatever a copy of an image says', () => {
  const [, user] = /the user is (\d+) \(nonroot\)/.exec(
    readFileSync(join(ROOT, 'services/gateway/Dockerfile'), 'utf8'),
  ) as string[];
  expect(templates.length).toBeGreaterThan(deployments.length);
  for (const { securityContext } of templates.map(({ spec }) => spec)) {
    expect(securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: Number(user),
      seccompProfile: { type: 'RuntimeDefault' },
    });
  }
});

it('spreads replicas over zones and, within one, over nodes: constraints of its own take the place of the default', () => {
  for (const { spec } of deployments) {
    const keys = spec?.template?.spec.topologySpreadConstraints?.map(({ topologyKey }) => topologyKey);
    expect(keys).toEqual(['topology.kubernetes.io/zone', 'kubernetes.io/hostname']);
  }
});

it('leaves how many gateways there are to the autoscaler, which a number in the Deployment would set back with each apply', () => {
  const targets = manifests.flatMap(({ kind, spec }) =>
    kind === 'HorizontalPodAutoscaler' ? (spec?.scaleTargetRef?.name ?? []) : [],
  );
  expect(targets).toEqual(['gateway']);
  const counted = deployments.filter(({ spec }) => spec?.replicas !== undefined).map(({ metadata }) => metadata.name);
  expect(counted.filter((name) => targets.includes(name))).toEqual([]);
});

it('rolls a changed setting out: the ConfigMap is made with a hash of its settings in its name, which overlays add to', () => {
  const generators = (path: string) =>
    (
      parseDocument(readFileSync(join(ROOT, 'services/kubernetes', path), 'utf8')).toJS() as {
        configMapGenerator: unknown;
      }
    ).configMapGenerator;
  expect(generators('base/kustomization.yaml')).toEqual([{ name: 'postern', envs: ['settings.env'] }]);
  expect(generators('overlays/aws/kustomization.yaml')).toEqual([
    expect.objectContaining({ name: 'postern', behavior: 'merge' }),
  ]);
  expect(manifests.filter(({ kind }) => kind === 'ConfigMap')).toEqual([]);
});

it('puts what the component keda adds into the namespace of what it scales', () => {
  const namespaceOf = (path: string) =>
    (parseDocument(readFileSync(join(ROOT, 'services/kubernetes', path), 'utf8')).toJS() as { namespace?: string })
      .namespace;
  expect(namespaceOf('base/kustomization.yaml')).toBe('postern');
  expect(namespaceOf('components/keda/kustomization.yaml')).toBe('postern');
});

describe('a queue that every deployment has', () => {
  const consumed = deployments.flatMap((manifest) => envOf(manifest).WORKER_QUEUES?.split(',') ?? []);

  it.each(OWN_QUEUES)('%s has a Deployment that consumes it', (queue) => {
    expect(
      consumed,
      `Nothing consumes the queue ${queue}: add a Deployment worker-${queue} and its PodDisruptionBudget to services/kubernetes/base/worker.yaml, ` +
        `as those of worker-jobs with WORKER_QUEUES ${queue}, or ${queue} to the WORKER_QUEUES of one that is there`,
    ).toContain(queue);
  });

  it.each(OWN_QUEUES)('%s is what KEDA scales its Deployment by', (queue) => {
    expect(
      scaled.flatMap(({ spec }) => spec.triggers.map(({ metadata }) => metadata.queueURL)),
      `No replica starts for the queue ${queue}: add a ScaledObject of its Deployment, or a trigger to the one that is there, with queueURL ` +
        `postern-${queue}, to services/kubernetes/components/keda/scaled-objects.yaml`,
    ).toContain(`postern-${queue}`);
  });

  it('is where KEDA asks for it, in the one region that whoever copies the overlay sets', () => {
    const asked = scaled.map(({ spec }) => Object.keys(spec.triggers[0]?.metadata ?? {}));
    expect(asked).toEqual(OWN_QUEUES.map(() => expect.arrayContaining(['queueURL', 'awsRegion'])));
    expect(parseDocument(OVERLAY).toJS()).toMatchObject({
      replacements: [
        {
          source: { kind: 'ConfigMap', name: 'postern', fieldPath: 'data.AWS_REGION' },
          targets: [{ select: { kind: 'ScaledObject' }, fieldPaths: ['spec.triggers.0.metadata.awsRegion'] }],
        },
      ],
    });
  });

  it('leaves somebody there for what is not in SQS: schedules and delayed jobs, and mails that are due in the ledger', () => {
    const least = Object.fromEntries(scaled.map(({ metadata, spec }) => [metadata.name, spec.minReplicaCount]));
    expect(least).toMatchObject({ 'worker-jobs': 1, 'worker-mail': 0 });
    const triggers = scaled.find(({ metadata }) => metadata.name === 'worker-mail')?.spec.triggers;
    const metric = triggers?.find(({ type }) => type === 'metrics-api')?.metadata.valueLocation;
    expect(readFileSync(join(ROOT, 'services/worker/src/mail/delivery/mail-metrics.ts'), 'utf8')).toContain(
      `'${metric}'`,
    );
  });

  it('is not what a documented command goes by, where KEDA may have left nobody', () => {
    const commands = ['docs/kubernetes.md', 'docs/console.md'].flatMap((path) => [
      ...readFileSync(join(ROOT, path), 'utf8').matchAll(/(?:exec|port-forward) deploy\/([a-z-]+)/g),
    ]);
    const asked = commands.map(([, name]) => name);
    expect(asked.length).toBeGreaterThan(1);
    const always = scaled.filter(({ spec }) => spec.minReplicaCount > 0).map(({ metadata }) => metadata.name);
    expect(asked.filter((name) => name !== 'gateway' && !always.includes(name as string))).toEqual([]);
  });

  it('is in the documented default of WORKER_QUEUES', () => {
    expect(
      CONFIGURATION,
      'docs/configuration.md: the default of WORKER_QUEUES is OWN_QUEUES of packages/events/src/queues.ts',
    ).toContain(`| \`WORKER_QUEUES\` | \`${OWN_QUEUES.join(',')}\` |`);
  });
});
