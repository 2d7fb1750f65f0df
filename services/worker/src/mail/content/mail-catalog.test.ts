import { expect, it } from 'vitest';
import { defineMail } from './define-mail.ts';
import { html } from './html.ts';
import { MailCatalog } from './mail-catalog.ts';

const content = () => ({ subject: 's', html: html`<p>x</p>` });

it('does not start with two mails of one name', () => {
  const twice = [defineMail('order-shipped', content), defineMail('order-shipped', content)];
  expect(() => new MailCatalog(twice)).toThrow('Two mails are named "order-shipped"');
});

it('finds a mail by its name', () => {
  const mail = defineMail('order-shipped', content);
  const catalog = new MailCatalog([mail]);
  expect(catalog.find('order-shipped')).toBe(mail);
  expect(catalog.find('toString')).toBeUndefined();
  expect(catalog.names()).toEqual(['order-shipped']);
});

it.each(['', 'OrderShipped', 'order_shipped', '-x', 'x-', 'a b'])('refuses the name %j', (name) => {
  expect(() => defineMail(name, content)).toThrow(TypeError);
});

it('treats a mail as a transactional notice in English unless its options say otherwise', () => {
  expect(defineMail('order-shipped', content).options).toEqual({
    unknownPolicy: 'wait-then-resend-once',
    transactional: true,
    security: false,
    language: 'en',
    sample: undefined,
  });
});
