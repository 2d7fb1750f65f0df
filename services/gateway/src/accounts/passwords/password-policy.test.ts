import { describe, expect, it } from 'vitest';
import { ada, testConfig } from '../testing/fixtures.ts';
import { BreachCheck, NoBreachCheck } from './breach-check.ts';
import { commonPasswords } from './common-passwords.ts';
import { PasswordPolicy } from './password-policy.ts';

class FakeBreachCheck extends BreachCheck {
  readonly asked: string[] = [];

  override async isBreached(password: string): Promise<boolean> {
    this.asked.push(password);
    return password === 'leaked but long enough';
  }
}

async function faults(password: string, owner = ada, breaches: BreachCheck = new NoBreachCheck()): Promise<string[]> {
  const policy = new PasswordPolicy(testConfig(), breaches);
  return (await policy.faults(password, owner, '/password')).map(({ detail }) => detail);
}

describe('PasswordPolicy', () => {
  it('accepts any characters and asks for no mixture of them', async () => {
    const good = [
      'correct horse battery staple',
      'mxqzvkpw',
      '        x',
      '🦊🐻🐼🐨🦁🐮🐷🐸',
      'Пароль из слов',
      'x'.repeat(128),
    ];
    for (const password of good) expect(await faults(password), password).toEqual([]);
  });

  it('counts characters, not bytes or code units', async () => {
    expect(await faults('🦊🐻🐼🐨🦁🐮🐷')).toEqual(['The password must have at least 8 characters']);
    expect(await faults('e\u0301'.repeat(7))).toEqual(['The password must have at least 8 characters']);
    expect(await faults('🦊'.repeat(128))).toEqual([]);
    expect(await faults('🦊'.repeat(129))).toEqual(['The password must have at most 128 characters']);
  });

  it('refuses the most common, in any case', async () => {
    for (const password of ['password', 'Password1', 'QWERTYUIOP', '12345678', 'iloveyou']) {
      expect(await faults(password), password).toContain('This password is one of the most common ones');
    }
  });

  it('knows ten thousand that are long enough to be used at all', () => {
    const list = commonPasswords(8);
    expect(list.size).toBe(10_000);
    expect([...list].every((password) => password.length >= 8)).toBe(true);
  });

  it('refuses what is made of the own names or address', async () => {
    const owner = { ...ada, firstName: 'José María', lastName: 'Ñandú', email: 'jm.nandu@acme-corp.example' };
    for (const password of ['josemaria', 'JoséMaría1!', 'nandu.jose', 'jm.nandu@acme-corp.example', 'acme-corp12']) {
      expect(await faults(password, owner), password).toContain(
        'The password must not consist of your own name or address',
      );
    }
    for (const password of ['jose rides a purple llama', 'nandunandux-9274']) {
      expect(await faults(password, owner), password).toEqual([]);
    }
  });

  it("refuses what is made of the service's own name", async () => {
    const policy = new PasswordPolicy(
      testConfig({ PUBLIC_URL: 'https://accounts.globex.example' }),
      new NoBreachCheck(),
    );
    for (const password of ['postern'.repeat(3), 'globex26!', 'accounts.globex.example']) {
      expect(await policy.faults(password, ada, '/password'), password).toEqual([
        { pointer: '/password', detail: 'The password must not consist of the name of this service' },
      ]);
    }
    expect(await policy.faults('a globex llama in purple', ada, '/password')).toEqual([]);
  });

  it('asks about a breach of the password as it is hashed, in whatever form of Unicode it was typed', async () => {
    const breaches = new FakeBreachCheck();
    await faults('ein scho\u0308nes Kennwort', ada, breaches);
    expect(breaches.asked).toEqual(['ein sch\u00f6nes Kennwort']);
  });

  it('asks about a breach only when nothing else is wrong', async () => {
    const breaches = new FakeBreachCheck();
    expect(await faults('password', ada, breaches)).toHaveLength(1);
    expect(breaches.asked).toEqual([]);
    expect(await faults('leaked but long enough', ada, breaches)).toEqual([
      'This password is known from a breach of another service',
    ]);
  });
});
