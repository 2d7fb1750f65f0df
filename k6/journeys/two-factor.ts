import { call } from '../lib/call.ts';
import { totpCode } from '../lib/totp.ts';
import { confirmPassword, type Member, signIn, use } from './member.ts';

interface Codes {
  recovery_codes: string[];
}

/** Sets a second factor up. Gives back codes that can stand for it once each. */
function enrol(member: Member): string[] {
  confirmPassword(member);
  const { secret } = call<{ secret: string }>('enrolTotp', 201, { token: member.access });
  const body = { code: totpCode(secret) };
  return call<Codes>('confirmTotp', 200, { token: member.access, body }).recovery_codes;
}

/**
 * Sets a second factor up, signs in by it, renews its recovery codes, and turns it off; sets another one up, and an administrator removes it.
 *
 * @param administrator the administrator's token
 */
export function twoFactor(member: Member, administrator: string): void {
  const [first = '', second = ''] = enrol(member);
  const { id, email, password } = member;
  const { challenge_token } = call<{ challenge_token: string }>('login', 200, { body: { email, password } });
  // A code of the app counts once, and the next one is half a minute away: recovery codes stand for it.
  use(member, call('answerChallenge', 200, { body: { challenge_token, code: first } }));
  confirmPassword(member, second);
  call('renewRecoveryCodes', 200, { token: member.access });
  call('getTwoFactor', 200, { token: member.access });
  call('disableTwoFactor', 204, { token: member.access });
  enrol(member);
  call('removeUserTwoFactor', 204, { token: administrator, id });
  signIn(member);
}
