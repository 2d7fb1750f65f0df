import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { testRules } from './promtool.ts';
import { alertRules } from './queries.ts';

interface Cases {
  tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[];
}

const text = readFileSync(join(import.meta.dirname, 'alerts.yml'), 'utf8');
const cases = (parse(text) as Cases).tests.flatMap((test) => test.alert_rule_test);
const { code, output } = testRules();

describe('the alerts', () => {
  it.each(alertRules().map(({ alert }) => alert))(
    '%s has a case in which it fires and one in which it does not',
    (alert) => {
      const own = cases
        .filter(({ alertname }) => alertname === alert)
        .map(({ exp_alerts = [] }) => exp_alerts.length > 0);
      expect(own).toContain(true);
      expect(own).toContain(false);
    },
  );

  it('have no case of a rule that is gone', () => {
    const names = new Set(alertRules().map(({ alert }) => alert));
    expect(cases.filter(({ alertname }) => !names.has(alertname))).toEqual([]);
  });

  // On a machine without promtool `.ci/operations` says so, and fails in CI.
  it.skipIf(code === 127)('fire and stay quiet in all their cases (promtool)', () => {
    expect(code, output).toBe(0);
  });

  it.skipIf(code === 127)('would report a case that does not hold', () => {
    const first = text.split(/(?=^ {2}- name: )/m, 2).join('');
    expect(testRules(first).code).toBe(0);
    expect(testRules(first.replace("values: '1x4 0x10'", "values: '1x14'")).code).not.toBe(0);
  });
});
