import { type Language, messages } from '@postern/locales';

/** What can be wrong with a password, in English: the API's language. */
export const passwordFaults = messages.en.pages.passwordFaults;

/** The same in a reader's language. What is not one of `passwordFaults` stays as it is. */
export function passwordFaultIn(language: Language, fault: string): string {
  const characters = Number(/\d+/.exec(fault)?.[0]);
  for (const [name, text] of Object.entries(passwordFaults)) {
    if ((typeof text === 'string' ? text : text(characters)) !== fault) continue;
    const translated = messages[language].pages.passwordFaults[name as keyof typeof passwordFaults];
    return typeof translated === 'string' ? translated : translated(characters);
  }
  return fault;
}
