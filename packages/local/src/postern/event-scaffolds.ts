import { type Field, sampleFields, schemaFields, typeFields } from './fields.ts';
import { messageFile } from './message-file.ts';
import type { Names } from './names.ts';
import { exported, type Scaffold } from './scaffold.ts';
import { sentence } from './source-text.ts';

/** What is said of an event or a mail, where it is said. */
export interface Content {
  /** Beside the person that it is about. */
  fields?: readonly Field[];
  about?: string | undefined;
}

/** What an event carries, and the person that the mail about it goes to. */
export function eventScaffold(names: Names, { fields = [], about }: Content = {}): Scaffold {
  const { type, file, pascal } = names;
  return {
    file: messageFile(names),
    text: `import { z } from 'zod';
import { defineEvent } from '../define.ts';
import { person } from '../person.ts';

/** ${sentence(about, 'Describe here what has happened when this event is published. It never carries a secret.')} */
export const ${pascal} = defineEvent('${type}', 1, z.object({ ${['...person', schemaFields(fields)].filter(Boolean).join(', ')} }));
`,
    edits: [exported('packages/events/src/catalog/index.ts', pascal, file)],
  };
}

export function mailFile({ file }: Names): string {
  return `services/worker/src/mail/content/mails/${file}.ts`;
}

/** @param languages those that it says something in */
export function mailScaffold(
  names: Names,
  languages: readonly string[],
  { fields = [], about }: Content = {},
): Scaffold {
  const { file, pascal } = names;
  const title = file.charAt(0).toUpperCase() + file.slice(1).replaceAll('-', ' ');
  return {
    file: mailFile(names),
    text: `import { defineMail } from '../define-mail.ts';
import { html } from '../html.ts';

/** ${sentence(about, 'Describe here who gets this mail, and when.')} */
export const ${pascal}Mail = defineMail(
  '${file}',
  { sample: { ${["first_name: 'Ada'", sampleFields(fields)].filter(Boolean).join(', ')} } },
  (data: { ${['first_name: string', typeFields(fields)].filter(Boolean).join('; ')} }, { say, t, greetable }) => {
    const { title, text } = say({
${languages.map((language) => `      ${language}: { title: '${title}', text: 'Write here in ${nameOf(language)} what has happened.' },`).join('\n')}
    });
    return {
      subject: title,
      html: html\`
        <h1>\${title}</h1>
        <p>\${t.greeting(greetable(data.first_name))}</p>
        <p>\${text}</p>\`,
    };
  },
);
`,
    edits: [exported('services/worker/src/mail/content/mails/all.ts', `${pascal}Mail`, file)],
  };
}

function nameOf(language: string): string {
  return new Intl.DisplayNames('en', { type: 'language' }).of(language) ?? language;
}

/** A listener that mails the person of an event; the event and the mail are there or are made with it. */
export function mailListenerScaffold({ file, pascal }: Names): Scaffold {
  return listenerFile(
    `send-${file}`,
    `send${pascal}`,
    `import { ${pascal} } from '@postern/events';
import { ${pascal}Mail } from '../mail/content/mails/index.ts';
import { listen } from './listen.ts';

export const send${pascal} = listen(${pascal}, 'send-${file}', ({ data }, { mail }) =>
  mail.queue(${pascal}Mail, { to: data.email, locale: data.locale, data }),
);
`,
  );
}

/** A listener of an event that has no mail of its own name. */
export function listenerScaffold({ file, pascal }: Names): Scaffold {
  return listenerFile(
    `on-${file}`,
    `on${pascal}`,
    `import { ${pascal} } from '@postern/events';
import { listen } from './listen.ts';

/**
 * Describe here what is done, and do it in place of the error: the second argument can queue a mail or dispatch a job. Until then
 * the listener fails, so that its events wait as dead letters and do not count as handled.
 */
export const on${pascal} = listen(${pascal}, 'on-${file}', async ({ data }) => {
  throw new Error(\`on-${file} is not written yet; it was given \${Object.keys(data).join(', ')}\`);
});
`,
  );
}

function listenerFile(name: string, constant: string, text: string): Scaffold {
  return {
    file: `services/worker/src/listeners/${name}.ts`,
    text,
    edits: [exported('services/worker/src/listeners/all.ts', constant, name)],
  };
}
