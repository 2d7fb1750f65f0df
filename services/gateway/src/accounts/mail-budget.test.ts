import { describe, expect, it } from 'vitest';
import { countedMailbox } from './mail-budget.ts';

describe('a counted mailbox', () => {
  it.each([
    ['ada+1@example.com', 'ada@example.com'],
    ['ada+a+b@example.com', 'ada@example.com'],
    ['Ada@Example.com', 'ada@example.com'],
    ['a.d.a+x@gmail.com', 'ada@gmail.com'],
    ['ada@googlemail.com', 'ada@gmail.com'],
    ['a.da@example.com', 'a.da@example.com'],
    ['a.d-a_x@protonmail.com', 'adax@proton.me'],
    ['ada+1@pm.me', 'ada@proton.me'],
    ['a-da@yandex.com', 'a-da@yandex.ru'],
    ['a.da@ya.ru', 'a-da@yandex.ru'],
    ['ada@ya.ru', 'ada@yandex.ru'],
    ['a.da@me.com', 'a.da@icloud.com'],
  ])('of %s is %s', (email, mailbox) => {
    expect(countedMailbox(email)).toBe(mailbox);
  });
});
