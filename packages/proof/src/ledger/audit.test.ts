import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Acknowledgements, type Outcome } from './acknowledgements.ts';
import { audit, type Remains, violations } from './audit.ts';

function promises(outcomes: Record<string, Outcome>): Acknowledgements {
  const folder = mkdtempSync(join(tmpdir(), 'postern-audit-'));
  const made = new Acknowledgements(join(folder, 'promises.jsonl'));
  onTestFinished(() => {
    made.close();
    rmSync(folder, { recursive: true });
  });
  for (const [address, outcome] of Object.entries(outcomes)) made.record(address, outcome);
  return made;
}

const mail = (to: string, messageId = `<${to}>`) => ({ to, messageId, at: 0 });
const atRest = (signUps: string[], other: Partial<Remains> = {}): Remains => ({
  signUps,
  outbox: 0,
  deadLetters: 0,
  mails: { accepted: signUps.length },
  ...other,
});

describe('audit', () => {
  it('finds nothing where each acknowledged sign-up has its row and its mail', () => {
    const found = audit(promises({ ann: 'acknowledged', bob: 'refused' }), [mail('ann')], atRest(['ann']));
    expect(violations(found)).toEqual([]);
    expect(found).toMatchObject({ asked: 2, acknowledged: 1, refused: 1, mails: 1 });
  });

  it.each([
    ['no mail came', [], ['ann']],
    ['no sign-up is there', [mail('ann')], []],
  ])('calls an acknowledged sign-up lost when %s', (_, received, signUps) => {
    expect(audit(promises({ ann: 'acknowledged' }), received, atRest(signUps)).lost).toEqual(['ann']);
  });

  it.each([
    ['a mail', [mail('bob')], []],
    ['a sign-up', [], ['bob']],
  ])('calls %s of a refused request a phantom', (_, received, signUps) => {
    expect(audit(promises({ bob: 'refused' }), received, atRest(signUps)).phantom).toEqual(['bob']);
  });

  it('allows either for an outcome that nobody knows', () => {
    const unknown = promises({ ann: 'unknown', bob: 'unknown' });
    expect(violations(audit(unknown, [mail('ann')], atRest(['ann'])))).toEqual([]);
  });

  it('distinguishes a second mail from a second copy of the first', () => {
    const both = promises({ ann: 'acknowledged', bob: 'acknowledged' });
    const received = [mail('ann', '<1>'), mail('ann', '<2>'), mail('bob', '<3>'), mail('bob', '<3>')];
    const found = audit(both, received, atRest(['ann', 'bob']));
    expect([found.doubled, found.repeated]).toEqual([['ann'], ['bob']]);
  });

  it('calls two sign-ups for one request doubled', () => {
    expect(audit(promises({ ann: 'acknowledged' }), [mail('ann')], atRest(['ann', 'ann'])).doubled).toEqual(['ann']);
  });

  it('reports what has not come to rest', () => {
    const stuck = atRest(['ann'], { outbox: 2, deadLetters: 1, mails: { accepted: 1, unknown: 3 } });
    expect(violations(audit(promises({ ann: 'acknowledged' }), [mail('ann')], stuck))).toEqual([
      '3 mails are unknown',
      '2 messages are in an outbox',
      '1 messages are dead letters',
    ]);
  });
});
