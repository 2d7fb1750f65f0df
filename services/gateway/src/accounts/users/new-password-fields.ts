import { newPassword } from './fields.ts';

/** A new password, typed twice. */
export const newPasswordFields = { password: newPassword, password_confirmation: newPassword };

type Confirmed = { password: string; password_confirmation: string };

/** Whether the second time was like the first. */
export function isConfirmed(body: Confirmed): boolean {
  return body.password === body.password_confirmation;
}

/** The fault when it was not; it is looked for whatever else is wrong, so that all faults are reported together. */
export const notConfirmed = {
  path: ['password_confirmation'],
  message: 'The confirmation differs from the password',
  when: ({ value }: { value: unknown }): boolean => {
    const { password, password_confirmation } = Object(value) as Partial<Confirmed>;
    return typeof password === 'string' && typeof password_confirmation === 'string';
  },
};
