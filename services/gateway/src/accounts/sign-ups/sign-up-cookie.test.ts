import { describe, expect, it } from 'vitest';
import { testConfig } from '../testing/fixtures.ts';
import { SignUpCookie } from './sign-up-cookie.ts';

const week = 7 * 86_400;
const cookieAt = (PUBLIC_URL: string) => new SignUpCookie(testConfig({ PUBLIC_URL }));

describe('SignUpCookie', () => {
  it('is bound to the very host and to HTTPS where the gateway is reached so', () => {
    const cookie = cookieAt('https://accounts.example.com');
    const attributes = 'Path=/; HttpOnly; SameSite=Lax; Secure';
    expect(cookie.set('secret')).toBe(`__Host-postern_sign_up=secret; ${attributes}; Max-Age=${week}`);
    expect(cookie.clear()).toBe(`__Host-postern_sign_up=; ${attributes}; Max-Age=0`);
    expect(cookie.read({ cookie: (name) => name })).toBe('__Host-postern_sign_up');
  });

  it('works over plain HTTP on one’s own machine', () => {
    const cookie = cookieAt('http://localhost:3000');
    expect(cookie.set('secret')).toBe(`postern_sign_up=secret; Path=/; HttpOnly; SameSite=Lax; Max-Age=${week}`);
  });
});
