const postern = 'npx -y pnpm@12 postern';

/** What a person who reads a line at the terminal can do about it, by the line's message. */
const advices: Record<string, (service: string) => string> = {
  'a message of the outbox cannot be sent and is dead until an operator retries or removes it': (service) =>
    'A message (an event or a mail) could not be sent and is kept in the database; it is not retried. ' +
    `\`${postern} ${service} outbox dead\` shows it and why; once that is fixed, \`${postern} ${service} outbox retry all\` sends it.`,
  'A message is given up and goes to the dead-letter queue': () =>
    `Nothing tries it any more, and it is kept. \`${postern} dead-letters\` shows how many there are and what can be done.`,
  'A message cannot be read; it goes to the dead-letter queue': () =>
    `It is kept as it came. \`${postern} dead-letters\` shows how many there are and what can be done.`,
};

export function adviceOn(message: string, service: string): string | undefined {
  return Object.hasOwn(advices, message) ? advices[message]?.(service) : undefined;
}

export const advisedMessages = Object.keys(advices);
