import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { alertRules } from './queries.ts';

const root = join(import.meta.dirname, '../../..');
const runbook = readFileSync(join(root, 'docs/runbook.md'), 'utf8');
const alerts = alertRules();

/** The names of a program's commands, from its own help. */
function commandsOf(service: string): string[] {
  const main = join(root, 'services', service, 'src/main.ts');
  const help = execFileSync(process.execPath, [main, '--help'], { encoding: 'utf8' });
  return [...help.matchAll(/^ {2}([a-z][\w:-]*(?: [a-z]+)?) {2,}/gm)].map(([, name]) => name as string);
}

/** `worker dead-letters list events` in what is written as code, and in what an alert says to do. */
function commandsIn(text: string): { service: string; words: string }[] {
  const found = text.matchAll(/(?:^|[\s`])(gateway|worker) ((?:[a-z][\w:-]+)(?: [a-z][\w-]*)?)/gm);
  return [...found].map(([, service = '', words = '']) => ({ service, words }));
}

const code = [...runbook.matchAll(/^```sh\n([\s\S]*?)^```|`([^`\n]+)`/gm)].map(
  ([, block, inline]) => block ?? inline ?? '',
);

describe('the runbook', () => {
  it('has a section for each alert and for nothing else', () => {
    const sections = [...runbook.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(alerts.map(({ alert }) => alert));
  });

  it('is what each alert points to', () => {
    for (const { alert, annotations } of alerts) {
      expect(annotations.runbook_url, alert).toBe(`docs/runbook.md#${alert.toLowerCase()}`);
      expect(annotations.action, alert).toBeTruthy();
      expect(annotations.summary, alert).toBeTruthy();
    }
  });

  it('names only commands that the programs have, and so do the alerts', () => {
    const known = new Map(['gateway', 'worker'].map((service) => [service, commandsOf(service)]));
    // An alert of either service names the one that it is about.
    const actions = alerts.flatMap(({ annotations: { action } }) =>
      ['gateway', 'worker'].map((job) => action.replaceAll('{{ $labels.job }}', job)),
    );
    const named = [...code, ...actions.filter((action) => /dead-letters|outbox|suppressions|migrate/.test(action))];
    const all = named.flatMap(commandsIn);
    const unknown = all.filter(
      ({ service, words }) => !known.get(service)?.some((name) => words === name || words.startsWith(`${name} `)),
    );
    expect(all.length).toBeGreaterThan(20);
    expect(unknown).toEqual([]);
  });

  it('names only alerts that there are', () => {
    const named = new Set([...runbook.matchAll(/\bPostern[A-Z]\w+/g)].map(([name]) => name));
    expect([...named].filter((name) => !alerts.some(({ alert }) => alert === name))).toEqual([]);
  });

  it('names only services of the compose file', () => {
    const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
    const named = [...runbook.matchAll(/docker compose (?:run --rm|logs --tail 50) ([a-z-]+)/g)].map(
      ([, name]) => name,
    );
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect(compose).toMatch(new RegExp(`^ {2}${name}:$`, 'm'));
    expect(existsSync(join(root, 'services/worker/src/console/console.ts'))).toBe(true);
  });
});
