import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ReportFile } from './report-file.ts';
import type { Row } from './run-experiment.ts';

function emptyFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-report-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'proof.jsonl');
}

const row = (change: Partial<Row> = {}): Row => ({
  ...{ name: 'fuzz', seed: 1, runs: 2, short: false, began: '2026-11-29T10:00:00.000Z', load: 0, seconds: 3 },
  ...{ figures: {}, violations: [], missed: [] },
  ...change,
});

it('a later run finds what an earlier one has finished, and adds to it', () => {
  const path = emptyFile();
  expect(new ReportFile(path).rows).toEqual([]);
  new ReportFile(path).append(row());
  new ReportFile(path).append(row({ name: 'poison' }));
  expect(new ReportFile(path).rows.map(({ name }) => name)).toEqual(['fuzz', 'poison']);
});

it('has what held, in the same form and with the same bug', () => {
  const report = new ReportFile(emptyFile());
  report.append(row());
  report.append(row({ name: 'poison', missed: ['mails take 1.1 times as long at most'] }));
  report.append(row({ name: 'fifo-order', violations: ['1 of 240 lost'] }));
  const has = (name: string, short: boolean, plant?: string) => report.has({ name, short, ...(plant && { plant }) });
  expect([has('fuzz', false), has('fuzz', true), has('fuzz', false, 'no-drain')]).toEqual([true, false, false]);
  expect([has('poison', false), has('fifo-order', false)]).toEqual([false, false]);
});

it('of an experiment that was run again the newest result counts', () => {
  const report = new ReportFile(emptyFile());
  report.append(row({ violations: ['1 lost'] }));
  report.append(row({ seed: 2 }));
  expect(report.rows).toEqual([row({ seed: 2 })]);
});

it('says where a line is not a result, such as one that was cut short', () => {
  const path = emptyFile();
  const report = new ReportFile(path);
  report.append(row());
  appendFileSync(path, '{"name":"poi');
  expect(() => report.rows).toThrow(`${path}:2: this is not a result`);
});
