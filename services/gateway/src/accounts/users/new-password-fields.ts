import { newPassword } from './fields.ts';

/** A new password, typed twice. */
export const newPasswordFields = { password: newPassword, password_confirmation: newPassword };

/** Whether the second time was like the first. */
export function isConfirmed(body: { password: string; password_confirmation: string }): boolean {
  return body.password === body.password_confirmation;
}

/** The fault when it was not. */
export const notConfirmed = {
  path: ['password_confirmation'],
  message: 'The confirmation differs from the password',
};
