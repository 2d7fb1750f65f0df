import { existsSync } from 'node:fs';
import { argument, defineCommand, option, tcpPort, UsageError } from '@postern/runtime';
import { z } from 'zod';
import { mails } from '../mail/content/mails/index.ts';
import { pageFolder, previewServer } from '../mail/content/preview/preview-server.ts';
import { sendPreview } from '../mail/delivery/send-preview.ts';

const DEFAULT_PORT = 3003;

const mail = z
  .string()
  .transform((name, context) => {
    const found = mails.find(name);
    if (found) return found;
    context.addIssue(`there is no mail "${name}"; there are ${mails.names().join(', ')}`);
    return z.NEVER;
  })
  .optional();

/** Without a name a page of every mail, which is served until it is ended; with one, that mail is sent. */
export const mailPreview = defineCommand({
  name: 'mail:preview',
  summary: 'Shows every mail as its reader sees it, or sends one',
  about:
    'Without a name: a page with every mail, in every language, light and dark. With one: sends it, with its sample data, through SMTP_URL.',
  examples: ['mail:preview --port 3003', 'mail:preview welcome --to ann@example.com --locale de'],
  json: false,
  input: {
    name: argument('the mail that is sent', mail),
    to: option('ADDRESS', 'whom it is sent to', z.string().optional()),
    locale: option('TAG', 'its language, such as de', z.string().optional()),
    port: option('PORT', `of the page (default: ${DEFAULT_PORT})`, tcpPort(DEFAULT_PORT)),
  },
  run: async ({ name: chosen, to, locale, port }, { answer }) => {
    if (chosen === undefined) {
      if (!existsSync(pageFolder)) throw new UsageError('the page of mails runs from the sources: use a checkout');
      const { url } = await previewServer({ port });
      return answer({ url }, `Mails: ${url}  (reloads when src/mail/content changes; Ctrl-C stops it)`);
    }
    if (to === undefined) throw new UsageError(`mail:preview ${chosen.name} needs --to ADDRESS`);
    const sent = await sendPreview(chosen, { to, locale });
    answer({ sent }, sent);
  },
});
