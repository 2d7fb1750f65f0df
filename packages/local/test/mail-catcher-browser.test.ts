import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MailCatcher } from '../src/mail-catcher/mail-catcher.ts';
import { MailCatcherClient } from '../src/mail-catcher/mail-catcher-client.ts';
import { hasChromium, launchChromium } from '../src/testing/chromium.ts';
import { sendMail } from './send-mail.ts';

describe.runIf(hasChromium)('the page of the inbox', () => {
  it('shows the mail of a link that is opened where the page is already, and reports when it is gone', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'postern-inbox-'));
    const inbox = await MailCatcher.open({
      path: join(folder, 'inbox.sqlite'),
      host: '127.0.0.1',
      httpPort: 0,
      smtpPort: 0,
    });
    const browser = await launchChromium();
    try {
      await sendMail(inbox.ports.smtp, {
        from: 'a@example.com',
        to: 'b@example.com',
        subject: 'Welcome',
        text: 'Hello',
      });
      const [mail] = (await new MailCatcherClient(inbox.url).list()).messages;
      const page = await browser.newPage();
      await page.goto(inbox.url);
      await page.goto(`${inbox.url}/#${mail?.ID}`);
      await expect.poll(() => page.locator('#subject').textContent()).toBe('Welcome');
      await page.goto(`${inbox.url}/#${'x'.repeat(22)}`);
      const hint = page.locator('#hint:not([hidden])');
      await expect.poll(() => hint.textContent()).toBe('That mail is not here any more.');
    } finally {
      await browser.close();
      await inbox.close();
      rmSync(folder, { recursive: true });
    }
  });
});
