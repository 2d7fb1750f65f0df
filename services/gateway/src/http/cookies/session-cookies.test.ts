import { describe, expect, it } from 'vitest';
import { SessionCookies } from './session-cookies.ts';

const now = new Date('2026-11-28T12:00:00.000Z');
const tokens = {
  access_token: 'access',
  expires_in: 600,
  refresh_token: 'refresh',
  session_expires_at: '2026-11-29T12:00:00.000Z',
};
const cookies = (header?: string, secure = true) => new SessionCookies(header, { secure, deviceSeconds: 60 }, now);

describe('the cookies of a session', () => {
  it('are of this host alone, over HTTPS alone, and neither for scripts nor for other sites', () => {
    const attributes = 'Path=/; HttpOnly; SameSite=Strict; Secure';
    expect(cookies().set(tokens)).toEqual([
      `__Host-postern_access=access; ${attributes}; Max-Age=600`,
      `__Host-postern_refresh=refresh; ${attributes}; Max-Age=86400`,
    ]);
    expect(cookies().setDevice('device')).toBe(`__Host-postern_device=device; ${attributes}; Max-Age=60`);
    expect(cookies().clear()).toEqual([
      `__Host-postern_access=; ${attributes}; Max-Age=0`,
      `__Host-postern_refresh=; ${attributes}; Max-Age=0`,
    ]);
  });

  it('work over plain HTTP on one’s own machine, where browsers differ over `Secure`', () => {
    expect(cookies(undefined, false).set(tokens)[0]).toBe(
      'postern_access=access; Path=/; HttpOnly; SameSite=Strict; Max-Age=600',
    );
    expect(cookies('postern_access=a', false).accessToken).toBe('a');
  });

  it('are read by their names, whatever else there is', () => {
    const read = cookies('a=1; __Host-postern_access=x=y;__Host-postern_refresh=r; __Host-postern_device=d; =; ;;');
    expect([read.accessToken, read.refreshToken, read.deviceToken]).toEqual(['x=y', 'r', 'd']);
  });

  it.each([
    ['two of one name', '__Host-postern_access=a; __Host-postern_access=b'],
    ['two of one name and value', '__Host-postern_access=a; __Host-postern_access=a'],
    ['one without its prefix', 'postern_access=a'],
    ['one whose prefix is spelled otherwise', '__host-postern_access=a'],
    ['none', ''],
  ])('do not count where there are %s', (_what, header) => {
    expect(cookies(header).accessToken).toBeUndefined();
  });

  it('are an error where a browser would drop one in silence', () => {
    expect(() => cookies().set({ ...tokens, access_token: 'x'.repeat(4_096) })).toThrow('too long for browsers');
  });
});
