import { languages, messages } from '@postern/locales';
import { describe, expect, it } from 'vitest';
import { sendWelcome } from '../../listeners/send-welcome.ts';
import { tellRolesChanged } from '../../listeners/tell-roles-changed.ts';
import { NewDeviceMail, RolesChangedMail, WelcomeMail } from '../content/mails/index.ts';
import { MailRenderError } from '../content/render-mail.ts';
import { FakeMailer } from './fake-mailer.ts';
import { hear } from './hear.ts';

/** One that is not English, where the product speaks one. */
const language = languages.at(-1) ?? 'en';
const t = messages[language];
const ann = {
  user_id: '01981f00-0000-7000-8000-000000000001',
  email: 'ann@example.com',
  first_name: 'Ann',
  locale: `${language}-XX`,
};

describe('a listener under test', () => {
  it('queues a mail that can be asked after in a sentence', async () => {
    const mailer = new FakeMailer();
    await hear(sendWelcome, ann, mailer);
    mailer
      .expectMail(WelcomeMail)
      .to('ann@example.com')
      .inLocale(`${language}-XX`)
      .withSubject(t.welcome.subject('Postern'))
      .withSubject(/Postern/)
      .saying(t.greeting('Ann'))
      .saying(/Ann/)
      .withData({ first_name: 'Ann' })
      .once();
    mailer.expectNoMail(NewDeviceMail);
    expect(mailer.expectMail(WelcomeMail).mail.html).toContain(`lang="${language}"`);
  });

  it('gets only data that its event can carry', async () => {
    await expect(hear(tellRolesChanged, { ...ann, roles: 'admin' }, new FakeMailer())).rejects.toThrow();
  });
});

describe('a wrong expectation', () => {
  it('reports what was expected and lists what was queued', async () => {
    const mailer = new FakeMailer();
    expect(() => mailer.expectMail(WelcomeMail)).toThrow('expected welcome to be queued. Nothing was queued.');
    await hear(tellRolesChanged, { ...ann, roles: ['admin'] }, mailer);
    const roles = () => mailer.expectMail(RolesChangedMail);
    expect(() => mailer.expectMail(WelcomeMail)).toThrow(
      `Queued:\n- roles-changed to ann@example.com (${language}-XX): "${t.rolesChanged.subject('Postern')}"`,
    );
    expect(() => roles().to('bob@example.com')).toThrow('expected roles-changed to bob@example.com.');
    expect(() => roles().inLocale('fr')).toThrow('in the locale fr');
    expect(() => roles().withSubject('x')).toThrow('with the subject x');
    expect(() => roles().saying(/x{9}/)).toThrow('saying /x{9}/');
    expect(() => roles().withData({ roles: [] })).toThrow('with the data {"roles":[]}');
    expect(() => roles().times(2)).toThrow('2 time(s), not 1');
    expect(() => roles().expiringAt('2026-11-23T00:00:00Z')).toThrow('expiring at 2026-11-23');
    expect(() => mailer.expectNoMail()).toThrow('expected no mail, but queued: roles-changed to ann@example.com');
    mailer.clear();
    mailer.expectNoMail();
  });
});

it('refuses a mail that cannot be rendered from its data', async () => {
  const data = { first_name: 'Ann', roles: [undefined] as unknown as string[] };
  await expect(new FakeMailer().queue(RolesChangedMail, { to: ann.email, data })).rejects.toThrow(MailRenderError);
});
