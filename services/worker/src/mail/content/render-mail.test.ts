import { type Language, languages, speaks } from '@postern/locales';
import fc from 'fast-check';
import { parse } from 'parse5';
import { describe, expect, it } from 'vitest';
import { defineMail, type MailDefinition } from './define-mail.ts';
import { html } from './html.ts';
import type { Brand } from './layout/brand.ts';
import {
  AccountDisabledMail,
  AccountErasedMail,
  mails,
  NewDeviceMail,
  PasswordResetMail,
  RolesChangedMail,
  TwoFactorEnabledMail,
  WelcomeMail,
} from './mails/index.ts';
import { sampleOrigin } from './mails/origin-facts.ts';
import { sampleLinks as links } from './preview/sample-links.ts';
import { MailRenderError, renderMail } from './render-mail.ts';

const OrderShippedMail = defineMail('order-shipped', (order: { order_id: string }) => ({
  subject: `Order ${order.order_id} is on its way`,
  html: html`<p>Order <b>${order.order_id}</b> left our house.</p>`,
}));

describe('renderMail', () => {
  it('makes a whole mail of a definition of four lines', () => {
    const mail = renderMail(OrderShippedMail, { data: { order_id: '<7>' }, locale: 'de', links });
    expect(mail.subject).toBe('Order <7> is on its way');
    expect(mail.html).toContain('<b>&lt;7&gt;</b>');
    expect(mail.text).toContain('Order <7> left our house.');
  });

  it.each(languages)('frames a mail that has no texts but its own in its language, not in half of %s', (locale) => {
    const data = { order_id: '7' };
    expect(renderMail(OrderShippedMail, { data, locale, links }).html).toContain('<html lang="en" dir="ltr"');
    const own = defineMail('shipped', { language: locale }, (_data: object, { formatDate }) => ({
      subject: 'Under way',
      html: html`<p>${formatDate('2026-11-23T13:12:00Z')}</p>`,
    }));
    const { html: page } = renderMail(own, { data: {}, locale: 'en', links });
    expect(page).toContain(`<html lang="${locale}"`);
    if (locale.startsWith('de')) expect(page).toContain('23. November 2026 um 13:12 UTC');
  });

  it.each(languages)('says in %s what a mail has of its own in it, in a frame of that language', (locale) => {
    const words = Object.fromEntries(languages.map((each) => [each, `In ${each}`])) as Record<Language, string>;
    const spoken = defineMail('spoken', (_data: object, { say }) => ({ subject: say(words), html: html`<p>x</p>` }));
    const { subject, html: page } = renderMail(spoken, { data: {}, locale: `${locale}-XX`, links });
    expect(subject).toBe(`In ${locale}`);
    expect(page).toContain(`<html lang="${locale}"`);
  });

  it('fails a mail of which the release that queued it had no field that it shows, instead of saying "undefined"', () => {
    type Order = { item: { name: string }; note?: string };
    const placed = defineMail('placed', ({ item, note }: Order) => ({
      subject: 'Thank you',
      html: html`<p>${`${item.name} is on its way`}${note === undefined ? '' : `, ${note}`}</p>`,
    }));
    const before = { item: { title: 'A lamp' } } as unknown as Order;
    expect(() => renderMail(placed, { data: before, links })).toThrow(/its data has no .*item\.name/);
    expect(renderMail(placed, { data: { item: { name: 'A lamp' } }, links }).text).toContain('A lamp is on its way');
    const named = { item: { name: 'The book undefined' } };
    expect(renderMail(placed, { data: named, links }).text).toContain('The book undefined is on its way');
  });

  it('does not compile when a language that the product speaks is missing, and says what to add where it is rendered all the same', () => {
    const mute = defineMail('mute', (_data: object, { say }) => ({
      // @ts-expect-error English is missing
      subject: say<string>({}),
      html: html`<p>x</p>`,
    }));
    const rendered = () => renderMail(mute, { data: {}, links });
    expect(rendered).toThrow(MailRenderError);
    expect(rendered).toThrow(/"mute" .*has no text in "en".*spoken\.ts\): add en: … to each of its say\(/);
  });

  const answers = [
    ['de-AT', 'de', 'Willkommen bei Postern'],
    ['xx', 'en', 'Welcome to Postern'],
    [undefined, 'en', 'Welcome to Postern'],
  ] as const;
  it.each(answers.filter(([, language]) => speaks(language)))(
    'answers the locale %s in %s',
    (locale, language, subject) => {
      const mail = renderMail(WelcomeMail, { data: { first_name: 'Ann' }, locale, links });
      expect(mail.subject).toBe(subject);
      expect(mail.html).toContain(`<html lang="${language}"`);
    },
  );

  it.runIf(speaks('ar'))('mirrors an Arabic mail', () => {
    const page = renderMail(WelcomeMail, { data: { first_name: 'Ann' }, locale: 'ar', links }).html;
    expect(page).toContain('<html lang="ar" dir="rtl"');
    expect(page).toContain('text-align:right');
    expect(page).not.toContain('text-align:left');
  });

  it('reports times with their zone, as the region writes them', () => {
    const data = {
      first_name: 'Ann',
      token_id: '01981f00-0000-7000-8000-000000000001',
      expires_at: '2026-11-23T13:42:00Z',
    };
    const text = (locale: string) => renderMail(PasswordResetMail, { data, locale, links }).text;
    expect(text('en-US')).toContain('November 23, 2026 at 1:42 PM UTC');
    expect(text('en-GB')).toContain('23 November 2026 at 13:42 UTC');
  });

  const days = [
    ['fr', '2026-11-01', '1er novembre 2026'],
    ['fr-CA', '2026-11-01', '1er novembre 2026'],
    ['fr', '2026-11-11', '11 novembre 2026'],
    ['fr', '2026-11-21', '21 novembre 2026'],
    ['es', '2026-11-01', '1 de noviembre de 2026'],
  ] as const;
  it.each(days.filter(([locale]) => speaks(locale.slice(0, 2))))(
    'writes in %s the day %s as %s',
    (locale, day, words) => {
      const data = { first_name: 'Ann', ...sampleOrigin, at: `${day}T13:12:00Z` };
      expect(renderMail(NewDeviceMail, { data, locale, links }).text).toMatch(new RegExp(`: ${words}\\b`));
    },
  );

  it('counts roles', () => {
    const text = (roles: string[]) => renderMail(RolesChangedMail, { data: { first_name: 'Ann', roles }, links }).text;
    expect(text([])).toContain('You have no roles any more.');
    expect(text(['user'])).toContain('this role:\n\n- user');
    expect(text(['user', 'admin'])).toContain('these roles:\n\n- user\n- admin');
  });

  it.runIf(speaks('de')).each([
    ['Safari on macOS', '203.0.113.0/24', 'Gerät: Safari unter macOS\nNetzwerk: 203.0.113.0/24\n'],
    ['Unknown device', 'unknown', 'Gerät: Unbekannt\nNetzwerk: Unbekannt\n'],
    ['curl', '2001:db8:1::/48', 'Gerät: curl\nNetzwerk: 2001:db8:1::/48\n'],
  ])('reports %s in the recipient’s words', (device, address_range, words) => {
    const data = { first_name: 'Ann', at: '2026-11-23T13:12:00Z', device, address_range };
    expect(renderMail(NewDeviceMail, { data, locale: 'de', links }).text).toContain(words);
  });

  it('repeats the address of a button in plain', () => {
    const page = renderMail(WelcomeMail, { data: { first_name: 'Ann' }, links }).html;
    expect(page).toContain('>https://app.example.com/</a>');
  });

  it('shows no button to a front end that there is not', () => {
    const homeless = { ...links, home: undefined };
    const page = renderMail(WelcomeMail, { data: { first_name: 'Ann' }, links: homeless }).html;
    expect(page).not.toContain('Open Postern');
  });

  it('has the name and the support address of the product that it is for', () => {
    const brand = { name: 'Zebra & Co', supportAddress: 'help@zebra.example' };
    const mail = renderMail(WelcomeMail, { data: { first_name: 'Ann' }, links, brand });
    expect(mail.subject).toBe('Welcome to Zebra & Co');
    expect(mail.html).toContain('Zebra &amp; Co');
    expect(mail.html).not.toContain('Postern');
    expect(mail.text).toContain('Questions? help@zebra.example');
  });

  it.each([
    ['account-disabled', AccountDisabledMail, { first_name: 'Ann' }],
    ['account-erased', AccountErasedMail, { first_name: 'Ann' }],
    ['roles-changed', RolesChangedMail, { first_name: 'Ann', roles: [] }],
    ['two-factor-enabled', TwoFactorEnabledMail, { first_name: 'Ann', ...sampleOrigin }],
  ] as const)('has the address to complain to as a link in %s, and once in its text', (_name, mail, data) => {
    const brand = { name: 'Zebra', supportAddress: 'help@zebra.example' };
    const { html: page, text } = renderMail(mail as MailDefinition<unknown>, { data, links, brand });
    const [content, footer] = page.split('We never ask you');
    expect(content).toContain('<a href="mailto:help@zebra.example" dir="ltr"');
    expect(footer).toContain('<a href="mailto:help@zebra.example" dir="ltr"');
    expect(text).toMatch(/(write to|contact) help@zebra\.example\.\n/);
  });

  it('tells a person who did not set up the second factor that a new password is not enough', () => {
    const data = { first_name: 'Ann', ...sampleOrigin };
    const text = (brand: Brand) => renderMail(TwoFactorEnabledMail, { data, links, brand }).text;
    const words = 'A new password does not turn the second factor off. If you did not set it up, also contact';
    expect(text({ name: 'Zebra' })).toContain(`${words} Zebra.`);
    expect(text({ name: 'Zebra', supportAddress: 'help@zebra.example' })).toContain(`${words} help@zebra.example.`);
  });

  it.runIf(speaks('ar'))('has marks in Arabic around what runs from the left, in words, subject and facts', () => {
    const brand = { name: 'Yahoo!', supportAddress: 'help@zebra.example' };
    const welcome = renderMail(WelcomeMail, { data: { first_name: 'Ann' }, locale: 'ar', links, brand });
    expect(welcome.subject).toContain('\u200eYahoo!\u200e');
    expect(welcome.text.replaceAll('\u200eYahoo!\u200e', '')).not.toContain('Yahoo!');
    const data = { first_name: 'Ann', ...sampleOrigin, address_range: '2001:db8:1::/48' };
    expect(renderMail(NewDeviceMail, { data, locale: 'ar', links }).text).toContain(': \u200e2001:db8:1::/48\n');
    const disabled = renderMail(AccountDisabledMail, { data: { first_name: 'Ann' }, locale: 'ar', links, brand });
    expect(disabled.text).toContain('إلى \u200ehelp@zebra.example.');
  });

  it('refuses data that lacks what the mail shows, and names the mail but no value', () => {
    const data = { first_name: 'secret-name', token_id: 'x', expires_at: 'not a time' };
    expect(() => renderMail(PasswordResetMail, { data, links })).toThrow(MailRenderError);
    expect(() => renderMail(PasswordResetMail, { data, links })).toThrow(
      /^The mail "password-reset" cannot be rendered: .* \(services\/worker\/src\/mail\/content\/mails\/password-reset\.ts:\d+\)$/,
    );
    expect(() => renderMail(PasswordResetMail, { data, links })).not.toThrow(/secret-name/);
    const nothing = {} as { order_id: string };
    expect(() => renderMail(OrderShippedMail, { data: nothing, links })).toThrow(
      /cannot show a value of type undefined/,
    );
  });

  it('refuses a mail without a subject', () => {
    const mute = defineMail('mute', () => ({ subject: ' \r\n', html: html`<p>x</p>` }));
    expect(() => renderMail(mute, { data: {}, links })).toThrow('its subject is empty');
  });
});

/** What somebody would write into a field to get out of it, among ordinary and broken Unicode. */
const hostile = fc
  .array(
    fc.oneof(
      fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
      fc.constantFrom(
        ...[
          '<script>alert(1)</script>',
          '"><img src=x onerror=alert(1)>',
          "' onmouseover='x",
          '</style><b>',
          '-->',
          ']]>',
        ],
        ...['\r\nBcc: all@evil.example\r\n\r\n', '\n-- \n', '\u2028', '\u202eevil', '\u2067', '\0', '\ud800', '\u0085'],
        ...['javascript:alert(1)', '&lt;script&gt;', '#{7*7}', '{{x}}', '<![endif]-->', '<!--', '=?utf-8?q?x?=', '\t'],
      ),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

/** The sample with other words in it: its times and ids stay, since the events' schemas vouch for them. */
function withWords(sample: unknown, word: string): unknown {
  if (typeof sample === 'string') return /^\d{4}-\d\d-\d\dT|^[0-9a-f-]{36}$/.test(sample) ? sample : word;
  if (Array.isArray(sample)) return sample.map((item) => withWords(item, word));
  return Object.fromEntries(Object.entries(sample ?? {}).map(([key, value]) => [key, withWords(value, word)]));
}

/** The elements and attribute names that a browser sees, by the HTML standard's own parser. */
function skeleton(source: string): string {
  const walk = (node: unknown): string => {
    const { nodeName, attrs, childNodes } = node as {
      nodeName: string;
      attrs?: { name: string }[];
      childNodes?: unknown[];
    };
    if (nodeName === '#text') return '';
    return `<${nodeName} ${attrs?.map(({ name }) => name).join(' ') ?? ''}>${childNodes?.map(walk).join('') ?? ''}`;
  };
  return walk(parse(source));
}

describe.each([...mails].map((mail) => [mail.name, mail] as const))('whatever the words in %s', (_name, mail) => {
  const render = (word: string, locale: string) =>
    renderMail(mail, { data: withWords(mail.options.sample, word), locale, links });

  const harmless = new Map(
    languages.map((locale) => {
      const { html: page, text } = render('word', locale);
      return [locale, { skeleton: skeleton(page), lines: text.split('\n').length }];
    }),
  );

  it('they add no element, no attribute, no header and no line', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom(...languages), (word, locale) => {
        const plain = harmless.get(locale);
        const attacked = render(`x${word}`, locale);
        expect(skeleton(attacked.html)).toBe(plain?.skeleton);
        expect(attacked.subject).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
        expect(attacked.text.split('\n').length).toBe(plain?.lines);
        expect(attacked.text).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/u);
        expect(attacked.html.isWellFormed() && attacked.text.isWellFormed()).toBe(true);
      }),
      { numRuns: 50 },
    );
  });
});
