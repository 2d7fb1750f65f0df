import { randomBytes } from 'node:crypto';

/** Signs a new person up. @returns their address @throws for any answer but 201 */
export async function signUp(gateway: string): Promise<string> {
  const password = randomBytes(12).toString('base64url');
  const email = `person-${randomBytes(6).toString('hex')}@example.com`;
  const names = { first_name: 'Ada', last_name: 'Lovelace', locale: 'en' };
  const response = await fetch(`${gateway}/v1/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...names, email, password, password_confirmation: password }),
  });
  if (response.status !== 201) throw new Error(`a sign-up was answered ${response.status}: ${await response.text()}`);
  await response.arrayBuffer();
  return email;
}
