import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentsOf, type Manifest, manifests, ROOT } from './manifests.ts';

const read = (name: string) => readFileSync(join(ROOT, 'docs', name), 'utf8');
const KUBERNETES = read('kubernetes.md');
const code = (text: string) =>
  [...text.matchAll(/^```sh\n([\s\S]*?)^```|`([^`\n]+)`/gm)].map(([, block, inline]) => block ?? inline ?? '');
/** Each `kubectl …` up to the next one, without what a comment says. */
const commandsIn = (text: string) =>
  code(text).flatMap((each) => each.replaceAll(/ # .*$/gm, '').match(/kubectl (?:(?!kubectl)[^;\n])*/g) ?? []);
const sections = new Map(
  KUBERNETES.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]),
);
const commands = ['kubernetes.md', 'runbook.md', 'console.md', 'rotating-secrets.md'].map(read).flatMap(commandsIn);

const KINDS = 'deploy(?:ment)?|cronjob|job|service|scaledobject';
/** `Job/migrate-gateway` of `delete job migrate-gateway`, and of `job/migrate-gateway`. */
function objectsOf(command: string): string[] {
  const [, kind = '', names = ''] =
    new RegExp(`(?:delete|annotate|describe|get) (${KINDS})((?: [a-z][a-z-]*(?![\\w./-]))+)`).exec(command) ?? [];
  const listed = names.split(' ').filter(Boolean);
  const slashed = [...command.matchAll(new RegExp(`\\b(${KINDS})/([a-z-]+)`, 'g'))];
  return [...listed.map((name) => [kind, name]), ...slashed.map(([, of = '', name = '']) => [of, name])].map(
    ([of = '', name]) => `${of.replace(/^deploy$/, 'deployment')}/${name}`,
  );
}

const objects = [...manifests, ...documentsOf<Manifest>('services/kubernetes/components/keda/*.yaml')].flatMap(
  // A kustomization has no name.
  ({ kind, metadata }) => (metadata ? `${kind.toLowerCase()}/${metadata.name}` : []),
);
const made = commands.flatMap((command) => /create (job) ([a-z-]+)/.exec(command)?.slice(1).join('/') ?? []);

describe('documented commands of kubectl', () => {
  it('name objects that the manifests have, or that the documents make of these', () => {
    const asked = commands.flatMap(objectsOf);
    expect(asked).toEqual(
      expect.arrayContaining(['deployment/worker-jobs', 'job/migrate-worker', 'cronjob/gateway-command']),
    );
    expect(asked.filter((object) => !objects.includes(object) && !made.includes(object))).toEqual([]);
  });

  it('select by names that pods or their makers have', () => {
    const names = commands.flatMap((command) => {
      const [, listed = ''] = /app\.kubernetes\.io\/name(?:=|!=| in \(| notin \()([a-z,-]+)/.exec(command) ?? [];
      return listed.split(',').filter(Boolean);
    });
    expect(names).toEqual(expect.arrayContaining(['gateway', 'worker', 'migrate-gateway']));
    const known = manifests.map(({ metadata }) => metadata?.labels?.['app.kubernetes.io/name']);
    expect(names.filter((name) => !known.includes(name))).toEqual([]);
  });

  it('hold a scaler also where it is held already, which annotate refuses by itself', () => {
    const holding = commands.filter((command) => /annotate .*paused-replicas=/.test(command));
    expect(holding.length).toBeGreaterThan(2);
    expect(holding.filter((command) => !command.includes('--overwrite'))).toEqual([]);
  });

  it('make a ConfigMap anew as well, and of no download that failed', () => {
    const [first, ...others] = [...KUBERNETES.matchAll(/^.*create configmap (?:.*\\\n)*.*$/gm)].map(([line]) => line);
    expect(others.length).toBeGreaterThan(0);
    for (const line of [first, ...others]) expect(line).toMatch(/--dry-run=client -o yaml \| kubectl apply -f -$/);
    expect(KUBERNETES).not.toContain('/dev/stdin');
  });

  it('apply no Job that is there with another image, which is refused', () => {
    const applied = [...sections].filter(([name, text]) => text.includes('apply -k') && name !== 'First time');
    expect(applied.map(([name]) => name)).toEqual(
      expect.arrayContaining(['A release', 'Roll back', 'Stop everything']),
    );
    for (const [name, text] of applied) {
      const applies = commandsIn(text).filter((command) => command.includes('apply -k'));
      const removed = text.indexOf('delete job migrate-gateway migrate-worker --ignore-not-found');
      const careful = applies.every(
        (command) =>
          command.includes("-l 'app.kubernetes.io/name notin (migrate-gateway,migrate-worker)'") ||
          (removed >= 0 && removed < text.indexOf(command)),
      );
      expect(careful, name).toBe(true);
    }
  });

  it('start nothing but migrations while everything is stopped', () => {
    const applies = commandsIn(sections.get('Stop everything') ?? '').filter((command) => command.includes('apply -k'));
    expect(applies).toEqual([
      expect.stringContaining("-l 'app.kubernetes.io/name in (migrate-gateway,migrate-worker)'"),
    ]);
  });

  it('run a command in the pods that are made for it, as a function by which the runbook is typed as it stands', () => {
    const section = sections.get('Commands') ?? '';
    for (const service of ['gateway', 'worker']) {
      expect(section).toContain(`create job ${service}-command --from=cronjob/${service}-command`);
      expect(section).toContain(
        `${service}() { kubectl -n postern exec job/${service}-command -- /nodejs/bin/node main.js "$@"; }`,
      );
    }
  });
});
