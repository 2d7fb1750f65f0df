import { until } from '@postern/runtime/testing';
import type { Page } from 'playwright-core';

const WAIT_MS = 60_000;

export interface ActParts {
  replicas: number;
  /** Orders a mail of this name, to somebody of whom `hasArrived` is asked. */
  order(mail: string): Promise<unknown>;
  hasArrived(): boolean;
}

/** What operators do, by hand: prints how long each step takes, pages included. */
export async function act(page: Page, url: string, { replicas, order, hasArrived }: ActParts): Promise<void> {
  console.log('| step | ms |\n| --- | --- |');
  const step = async (name: string, work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    console.log(`| ${name} | ${Math.round(performance.now() - began)} |`);
  };
  await step('a mail of a misspelt name is the first letter of its queue', async () => {
    await order('verificatoin');
    await until(async () => {
      await page.goto(`${url}/dead-letters/mail`);
      await page.locator('a[href*="/letters/"]').first().click();
      await page.getByRole('link', { name: 'Edit…' }).waitFor();
      // Its error has the name; the data of another letter would be changed as well, and go to somebody else.
      return (await page.getByText('verificatoin').count()) > 0;
    }, WAIT_MS);
  });
  await step('it is corrected and sent back', async () => {
    await page.getByRole('link', { name: 'Edit…' }).click();
    const data = page.getByLabel('Data, as JSON');
    const shown = JSON.parse(await data.inputValue()) as object;
    await data.fill(JSON.stringify({ ...shown, mail: 'verification' }));
    await page.getByRole('button', { name: 'Send back' }).click();
    await page.getByRole('status').getByText('changed data.mail').waitFor({ timeout: WAIT_MS });
  });
  await step('its mail arrives', () => until(hasArrived, WAIT_MS));
  await step('every replica obeys a pause', async () => {
    await page.goto(`${url}/queues/jobs/pause`);
    await page.getByLabel('Reason').fill('repairs');
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor({ timeout: WAIT_MS });
    const obeyed = page.getByRole('row', { name: `repairs ${replicas} of ${replicas}` });
    await until(async () => (await page.goto(`${url}/queues`)) !== null && (await obeyed.count()) === 1, WAIT_MS);
  });
  await step('and goes on', async () => {
    await page.getByRole('link', { name: 'Resume…' }).click();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('heading', { name: 'jobs Running' }).waitFor({ timeout: WAIT_MS });
  });
}
