import { expect, it } from 'vitest';
import { Smtputf8Support } from './smtputf8-support.ts';

const NEVER = new AbortController().signal;

function server(...answers: (boolean | Error)[]) {
  const asked = { times: 0, at: 0 };
  const support = new Smtputf8Support(
    async () => {
      const answer = answers[Math.min(asked.times++, answers.length - 1)];
      if (answer instanceof Error) throw answer;
      return answer === true;
    },
    () => asked.at,
  );
  return { asked, support };
}

it('is asked once for the mails of some minutes, whatever the answer', async () => {
  for (const answer of [true, false]) {
    const { asked, support } = server(answer);
    const mails = Array.from({ length: 20 }, () => support.offered(NEVER));
    expect(new Set(await Promise.all(mails))).toEqual(new Set([answer]));
    asked.at = 9 * 60_000;
    expect([await support.offered(NEVER), asked.times]).toEqual([answer, 1]);
  }
});

it('is asked again when the answer has become old', async () => {
  const { asked, support } = server(false, true);
  expect(await support.offered(NEVER)).toBe(false);
  asked.at = 11 * 60_000;
  expect(await support.offered(NEVER)).toBe(true);
});

it('is asked again by the next mail when there was no answer', async () => {
  const { support } = server(new Error('421 too many connections'), true);
  await expect(support.offered(NEVER)).rejects.toThrow('421');
  expect(await support.offered(NEVER)).toBe(true);
});

it('keeps no mail waiting past its end', async () => {
  const support = new Smtputf8Support(() => new Promise(() => undefined));
  await expect(support.offered(AbortSignal.timeout(10))).rejects.toThrow();
});
