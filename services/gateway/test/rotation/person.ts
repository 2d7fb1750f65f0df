import { Secret } from 'otpauth';
import { totpCode } from '../../src/accounts/two-factor/totp.ts';
import { signUp } from '../accounts/person.ts';
import type { FrontEnd } from './front-end.ts';

const STEP_MS = 30_000;

/** Somebody who uses every kind of secret: links by mail, access, refresh and device tokens, and codes of an app. */
export class Person {
  readonly #front: FrontEnd;
  readonly #form = signUp();
  #password = this.#form.password;
  #signUpSecret = '';
  #accessToken = '';
  #refreshToken = '';
  #deviceToken: string | undefined;
  #app: Buffer | undefined;
  #lastStep = 0;

  constructor(front: FrontEnd) {
    this.#front = front;
  }

  async signUp(): Promise<void> {
    this.#signUpSecret = (await this.#front.send('POST', '/v1/auth/register', this.#form)).sign_up_secret;
  }

  async followLink(): Promise<void> {
    const token = await this.#front.linkIn({ to: this.#form.email, path: '/verify-email' });
    await this.#front.send('POST', '/v1/auth/email/verify', { token, sign_up_secret: this.#signUpSecret });
  }

  async resetPassword(): Promise<void> {
    await this.#front.send('POST', '/v1/auth/password/forgot', { email: this.#form.email });
    const token = await this.#front.linkIn({ to: this.#form.email, path: '/reset-password' });
    this.#password = `${this.#password} again`;
    const password = { password: this.#password, password_confirmation: this.#password };
    await this.#front.send('POST', '/v1/auth/password/reset', { token, ...password });
    this.#deviceToken = undefined;
  }

  async signIn(): Promise<void> {
    const device = this.#deviceToken === undefined ? {} : { device_token: this.#deviceToken };
    const claim = { email: this.#form.email, password: this.#password, ...device };
    const first = await this.#front.send('POST', '/v1/auth/login', claim);
    if (!this.#app) return this.#keep(first);
    const answer = { challenge_token: first.challenge_token, code: this.#nextCode(this.#app), ...device };
    this.#keep(await this.#front.send('POST', '/v1/auth/login/second-factor', answer));
  }

  async setUpApp(): Promise<void> {
    const token = this.#accessToken;
    const { secret } = await this.#front.send('POST', '/v1/auth/two-factor/totp', undefined, { token });
    const app = Secret.fromBase32(secret).bytes;
    this.#app = Buffer.from(app);
    const code = { code: this.#nextCode(this.#app) };
    await this.#front.send('POST', '/v1/auth/two-factor/totp/confirm', code, { token });
    this.#deviceToken = undefined;
  }

  /** Each code is good once, and the one of the next half minute is accepted already. */
  get hasUnusedCode(): boolean {
    return this.#lastStep <= stepNow();
  }

  async refresh(): Promise<void> {
    const pair = await this.#front.send('POST', '/v1/auth/refresh', { refresh_token: this.#refreshToken });
    this.#accessToken = pair.access_token;
    this.#refreshToken = pair.refresh_token;
  }

  async readAccount(): Promise<void> {
    await this.#front.send('GET', '/v1/auth/user', undefined, { token: this.#accessToken });
  }

  /** The id of the key that signed the access token. */
  get signedWith(): string {
    const [header = ''] = this.#accessToken.split('.');
    return JSON.parse(Buffer.from(header, 'base64url').toString()).kid;
  }

  #keep(answer: { access_token: string; refresh_token: string; device_token: string }): void {
    this.#accessToken = answer.access_token;
    this.#refreshToken = answer.refresh_token;
    this.#deviceToken = answer.device_token;
  }

  #nextCode(app: Buffer): string {
    this.#lastStep = Math.max(stepNow(), this.#lastStep + 1);
    return totpCode(app, new Date(this.#lastStep * STEP_MS));
  }
}

function stepNow(): number {
  return Math.floor(Date.now() / STEP_MS);
}
