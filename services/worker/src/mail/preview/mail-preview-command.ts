import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Command, UsageError } from '@postern/runtime';
import { mails } from '../emails/index.ts';
import { pageFolder, previewServer } from './preview-server.ts';
import { sendPreview } from './send-preview.ts';

export const mailPreview: Command = {
  name: 'mail:preview',
  summary: 'Shows every mail as its reader sees it, or sends one',
  usage: `mail:preview [--port 3003]                            a page with every mail, in every language, light and dark
       worker mail:preview NAME --to ADDRESS [--locale de]   sends one, with its sample data, through SMTP_URL`,
  run: (args) => previewMail(args),
};

/**
 * The command `mail:preview`.
 *
 * @throws UsageError for arguments that cannot be used, with what was expected
 */
export async function previewMail(args: readonly string[], write: (line: string) => void = console.log): Promise<void> {
  const { name, to, locale, port } = readArguments(args);
  if (name === undefined) {
    if (!existsSync(pageFolder)) throw new UsageError('the page of mails runs from the sources: use a checkout');
    const { url } = await previewServer({ port });
    write(`Mails: ${url}  (changes to src/mail show at once; Ctrl-C ends it)`);
    return;
  }
  const mail = mails.find(name);
  if (mail === undefined) throw new UsageError(`no mail "${name}". There are: ${mails.names().join(', ')}`);
  if (to === undefined) throw new UsageError(`mail:preview ${name} needs --to ADDRESS`);
  write(await sendPreview(mail, { to, locale }));
}

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { to: { type: 'string' }, locale: { type: 'string' }, port: { type: 'string', default: '3003' } },
    });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError(`--port ${values.port} is no port`);
    if (positionals.length > 1) throw new TypeError(`one mail at a time, not ${positionals.join(' ')}`);
    return { name: positionals[0], to: values.to, locale: values.locale, port };
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}
