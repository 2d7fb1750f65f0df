import { hasChromium, launchChromium } from '@postern/local/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { registered, signedIn } from './accounts/person.ts';
import { TestGateway } from './accounts/test-gateway.ts';

describe.runIf(hasChromium)('the page behind a verification link, in a browser', () => {
  let gateway: TestGateway;
  let browser: Browser;

  beforeAll(async () => {
    gateway = await TestGateway.start();
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
  });

  it.each([true, false])('verifies by its button and shows its style, JavaScript on: %s', async (javaScriptEnabled) => {
    const person = await registered(gateway);
    const context = await browser.newContext({ javaScriptEnabled });
    // The registration's own answer sets it.
    await context.addCookies([{ name: 'postern_sign_up', value: person.signUpSecret, url: gateway.url }]);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => complaints.push(message.text()));
    await page.goto(`${gateway.url}/verify-email?token=${person.verifyToken}`);
    await page.getByRole('button', { name: 'Verify my address' }).waitFor();
    // The colour is the style's: its hash was accepted.
    const colour = await page.evaluate("getComputedStyle(document.querySelector('button')).backgroundColor");
    expect(colour).toBe('rgb(11, 93, 75)');
    // From the top of the page the button is the first thing that Tab finds.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your address is verified' }).waitFor();
    expect(complaints).toEqual([]);
    await signedIn(gateway, person);
    expect(await context.cookies()).toEqual([]);
    await context.close();
  });

  it.each([true, false])(
    'asks for the password in another browser, at a phone’s width, JavaScript on: %s',
    async (javaScriptEnabled) => {
      const person = await registered(gateway);
      const context = await browser.newContext({ javaScriptEnabled, viewport: { width: 320, height: 640 } });
      const page = await context.newPage();
      await page.goto(`${gateway.url}/verify-email?token=${person.verifyToken}`);
      const password = page.getByLabel('Password');
      await password.fill('a wrong guess');
      await password.press('Enter');
      await page.getByRole('alert').getByText('not the password of this sign-up').waitFor();
      expect(await page.getByLabel('E-mail address').inputValue()).toBe(person.email);
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBe(0);
      await page.getByLabel('Password').fill(person.password);
      await page.getByRole('button', { name: 'Verify my address' }).click();
      await page.getByRole('heading', { name: 'Your address is verified' }).waitFor();
      await signedIn(gateway, person);
      await context.close();
    },
  );
});
