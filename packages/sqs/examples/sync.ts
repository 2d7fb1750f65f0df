/** Sync mode: the handler runs inside `send()`. No queue and no second process, for tests and scripts. */
import { newId } from '@postern/runtime';
import { SyncSender } from '@postern/sqs/testing';

const sender = new SyncSender({
  handlers: { mail: async ({ body, attempt }) => console.log(`${body}, try ${attempt}`) },
});
await sender.send('mail', { id: newId(), type: 'mail.send', body: 'welcome' });
console.log('sent');
await sender.close();

// Prints:
// welcome, try 1
// sent
