import { defineProblem } from '../../http/route.ts';

/** Without the operation that sets a second factor up nobody has one. */
const needs = 'enrolTotp';

export const WrongCode = defineProblem({
  type: 'wrong-code',
  needs,
  status: 403,
  title: 'The code is wrong',
  explanation:
    'The code is not the one that your app shows now, or it was used already. Wait for the next one, or use a recovery code. If codes are always wrong, check the clock of your phone.',
});

export const TwoFactorLocked = defineProblem({
  type: 'two-factor-locked',
  needs,
  status: 403,
  title: 'The codes of your app are not accepted any more',
  explanation:
    'Too many wrong codes were entered in a row, so no code of the app is accepted, right ones neither. Sign in with a recovery code: that unlocks the app. Without one, ask an administrator to remove the second factor. While you were setting it up, begin again.',
});

export const CodeRequired = defineProblem({
  type: 'code-required',
  needs,
  status: 403,
  title: 'Your second factor is needed too',
  explanation:
    'Your account has a second factor, and a change that weakens it requires all of its factors: send a code from your app, or a recovery code, as `code` with the password. Nothing was changed.',
});

export const TwoFactorIsOff = defineProblem({
  type: 'two-factor-off',
  needs,
  status: 409,
  title: 'No second factor is set up',
  explanation: 'There is nothing to confirm, renew or disable: begin with POST /v1/auth/two-factor/totp.',
});
