import { type Language, languages } from '@postern/locales';
import type { MailDefinition } from '../define-mail.ts';
import { mails } from '../mails/index.ts';
import { type RenderedMail, renderMail } from '../render-mail.ts';
import { sampleBrand, sampleLinks } from './sample-links.ts';

export interface PreviewedMail {
  name: string;
  sample: unknown;
  transactional: boolean;
  unknownPolicy: string;
  /** In each language: the mail, or why it cannot be rendered. */
  rendered: Record<Language, RenderedMail | { error: string }>;
}

/** Every mail of the catalog with its sample data, in every language. */
export function renderAll(): PreviewedMail[] {
  return [...mails].map((mail) => ({
    name: mail.name,
    sample: mail.options.sample,
    transactional: mail.options.transactional,
    unknownPolicy: mail.options.unknownPolicy,
    rendered: Object.fromEntries(
      languages.map((language) => [language, renderOne(mail, language)]),
    ) as PreviewedMail['rendered'],
  }));
}

function renderOne(mail: MailDefinition<unknown>, locale: Language): RenderedMail | { error: string } {
  if (mail.options.sample === undefined) {
    return { error: `No sample data: add { sample: … } to defineMail('${mail.name}', …)` };
  }
  try {
    return renderMail(mail, { data: mail.options.sample, locale, links: sampleLinks, brand: sampleBrand });
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
