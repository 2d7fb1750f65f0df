import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertRules } from './queries.ts';

const root = join(import.meta.dirname, '../../..');
const runbook = readFileSync(join(root, 'docs/runbook.md'), 'utf8');
const alerts = alertRules();

interface Given {
  name: string;
  input?: Record<string, { kind: string }>;
  acts?: boolean;
  json?: boolean;
}

/** What a program can do, from the definitions that it runs, by a process of its own: a part is not reached into. */
function commandsOf(service: string, expression: string): Given[] {
  const path = join(root, 'services', service, 'src/commands/index.ts');
  const source = `import * as made from '${path}'; console.log(JSON.stringify(${expression}));`;
  const text = execFileSync(process.execPath, ['--input-type=module', '-e', source], { encoding: 'utf8' });
  return JSON.parse(text) as Given[];
}

const programs: Readonly<Record<string, readonly Given[]>> = {
  // Also those of a capability that the product is without: the runbook is for all of them.
  gateway: commandsOf('gateway', 'made.gatewayCommands(() => undefined, { includes: () => true })'),
  worker: commandsOf('worker', 'made.commands'),
};

/** `worker dead-letters list events --reason x` in what is written as code, and in what an alert says to do. */
function commandsIn(text: string): { service: string; words: string; options: string[] }[] {
  // Names of containers are not commands.
  const found = text
    .replace(/\bdocker compose (build|exec|kill|stop|up) [^`\n]*/g, '')
    .matchAll(/(?:^|[\s`])(gateway|worker) ((?:[a-z][\w:-]+)(?: [a-z][\w-]*){0,2})([^\n`#|]*)/gm);
  return [...found].map(([, service = '', words = '', rest = '']) => ({
    service,
    words,
    options: [...rest.matchAll(/(?:^|\s)--([a-z-]+)/g)].map(([, option = '']) => option),
  }));
}

/** Why a program would not take the command; undefined when it would. */
function fault({ service, words, options }: ReturnType<typeof commandsIn>[number]): string | undefined {
  const spelled = (it: Given) => it.name.replaceAll(':', ' ');
  const known = (programs[service] ?? [])
    .filter((it) => words === spelled(it) || words.startsWith(`${spelled(it)} `))
    .toSorted((one, other) => other.name.length - one.name.length)[0];
  if (!known) return `${service} has no command ${words}`;
  const takesWords = Object.values(known.input ?? {}).some(({ kind }) => kind === 'argument' || kind === 'rest');
  if (words !== spelled(known) && !takesWords) return `${service} has no command ${words}`;
  const taken = new Set(Object.keys(known.input ?? {}).map(optionName));
  if (known.acts) taken.add('by');
  if (known.json !== false) taken.add('json');
  const wrong = options.filter((option) => !taken.has(option));
  return wrong.length === 0 ? undefined : `${service} ${known.name} has no --${wrong.join(', --')}`;
}

function optionName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const code = [...runbook.matchAll(/^```sh\n([\s\S]*?)^```|`([^`\n]+)`/gm)].map(
  ([, block, inline]) => block ?? inline ?? '',
);

describe('the runbook', () => {
  it('has a section for each alert and for nothing else', () => {
    const sections = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(sections.sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  });

  it('is what each alert points to', () => {
    for (const { alert, annotations } of alerts) {
      expect(annotations.runbook_url, alert).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
      expect(annotations.action, alert).toBeTruthy();
      expect(annotations.summary, alert).toBeTruthy();
    }
  });

  it('names only commands and options that the programs have, and so do the alerts', () => {
    // An alert of either service names the one that it is about.
    const actions = alerts.flatMap(({ annotations: { action } }) =>
      ['gateway', 'worker'].map((job) => action.replaceAll('{{ $labels.job }}', job)),
    );
    const named = [...code, ...actions.filter((action) => /dead-letters|outbox|suppressions|migrate/.test(action))];
    const all = named.flatMap(commandsIn);
    expect(all.length).toBeGreaterThan(40);
    expect(all.flatMap((command) => fault(command) ?? [])).toEqual([]);
  });

  it('would notice a command or an option that is gone', () => {
    const faults = (text: string) => commandsIn(text).map(fault);
    expect(faults('worker dead-letters retry events --reason x --by kim')).toEqual([undefined]);
    expect(faults('worker dead-letters shred events')).toEqual([expect.stringContaining('no command')]);
    expect(faults('gateway keys shred ID')).toEqual([expect.stringContaining('no command')]);
    expect(faults('gateway keys revoke ID --later')).toEqual([expect.stringContaining('no --later')]);
    expect(faults('worker status --by kim')).toEqual([expect.stringContaining('no --by')]);
  });

  it('names only alerts that there are', () => {
    const named = new Set([...runbook.matchAll(/\bPostern[A-Z]\w+/g)].map(([name]) => name));
    expect([...named].filter((name) => !alerts.some(({ alert }) => alert === name))).toEqual([]);
  });

  it('stops and rolls back on Kubernetes too, where what is scaled down comes back unless each scaler is held', () => {
    const sectionsOf = (text: string) =>
      new Map(text.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section]));
    const sections = sectionsOf(runbook);
    for (const name of ['Restore a backup', 'Drain', 'Roll back'])
      expect(sections.get(name), name).toMatch(/kubernetes\.md(#|, ")(stop-everything|Stop everything|roll-back)/);
    const stopping = sectionsOf(readFileSync(join(root, 'docs/kubernetes.md'), 'utf8')).get('Stop everything');
    expect(stopping).toContain('annotate scaledobject --all --overwrite autoscaling.keda.sh/paused-replicas=0');
    expect(stopping).toContain('annotate scaledobject --all autoscaling.keda.sh/paused-replicas- ');
  });

  it('says what becomes of a backup without each of the secrets that it was made with', () => {
    const configs = [
      'gateway/src/config.ts',
      'gateway/src/accounts/config.ts',
      'worker/src/config.ts',
      'worker/src/peer/gateway-peer.ts',
    ];
    const sources = configs.map((path) => readFileSync(join(root, 'services', path), 'utf8')).join('\n');
    const rings = [...sources.matchAll(/^ {2}(\w+): secretRing\(/gm)].map(([, name]) => name);
    expect(new Set(rings).size).toBe(6);
    const [backUp = ''] = runbook.split(/^## Back up$/m)[1]?.split(/^## /m) ?? [];
    expect([...new Set(rings)].filter((name) => !backUp.match(new RegExp(`^\\| .*\`${name}\``, 'm')))).toEqual([]);
  });
});
