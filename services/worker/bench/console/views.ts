import type { Page } from 'playwright-core';

/** Opens every view of the console and prints a line for each. Returns their paths. */
export async function browse(
  page: Page,
  url: string,
  { trace, rounds }: { trace: string; rounds: number },
): Promise<Record<string, string>> {
  const first = async (path: string, selector: string) => {
    await page.goto(`${url}${path}`);
    return (await page.locator(selector).first().getAttribute('href')) ?? path;
  };
  const letter = await first('/dead-letters/mail', 'a[href*="/letters/"]');
  const mail = await first('/mails?state=accepted', 'tbody a');
  const suppression = await first('/suppressions', 'tbody a');
  const user = (await page.goto(`${url}${letter}`)) && /[0-9a-f-]{36}/.exec(letter)?.[0];
  const views: Record<string, string> = {
    ...{ overview: '/', queues: '/queues', 'a queue': '/queues/mail', 'a queue, 7 days': '/queues/mail?range=7d' },
    ...{ 'question before a pause': '/queues/mail/pause', 'dead letters': '/dead-letters' },
    ...{
      'dead letters of a queue': '/dead-letters/mail',
      'by type and reason': '/dead-letters/mail?type=mail.send&reason=invalid-data',
    },
    ...{
      'by an id': `/dead-letters/mail?text=${user}`,
      'by a text in bodies': '/dead-letters/mail?text=person777%40example.com',
    },
    ...{
      'page 50 of dead letters': await paged(page, `${url}/dead-letters/mail`, 50),
      'a letter': letter,
      'its edit': `${letter}/edit`,
    },
    ...{
      'question before all are sent back': '/dead-letters/mail/confirm?act=redrive&scope=all',
      operations: '/operations',
    },
    ...{
      trace: `/trace?id=${trace}`,
      'what waits': '/waits',
      mails: '/mails',
      'page 50 of mails': await paged(page, `${url}/mails`, 50),
    },
    ...{ 'mails that wait': '/mails?state=deferred', 'mails, a state of 20 of them': '/mails?state=complained' },
    ...{ 'mails of an address': '/mails?q=gone%40example.com', 'a mail': mail, suppressions: '/suppressions' },
    ...{ 'suppressions by cause': '/suppressions?cause=rejected', 'a suppression': suppression },
    ...{
      'question before many are lifted': '/suppressions/lift?cause=rejected',
      outbox: '/outbox',
      schedules: '/schedules',
    },
    ...{ 'question before a schedule': '/schedules/prune-mails/pause', audit: '/audit' },
  };
  console.log('| view | median, ms | slowest, ms | KB |\n| --- | --- | --- | --- |');
  for (const [name, path] of Object.entries(views)) {
    const times: number[] = [];
    let bytes = 0;
    for (let round = 0; round < rounds; round++) {
      const answer = await page.goto(`${url}${path}`);
      if (answer?.status() !== 200) throw new Error(`${name}: ${answer?.status()} for ${path}`);
      bytes = (await answer.body()).length;
      const { requestStart, responseStart } = answer.request().timing();
      times.push(responseStart - requestStart);
    }
    times.sort((a, b) => a - b);
    const [median = 0, slowest = 0] = [times[Math.floor((times.length - 1) / 2)], times.at(-1)];
    console.log(`| ${name} | ${Math.round(median)} | ${Math.round(slowest)} | ${Math.round(bytes / 1_024)} |`);
  }
  return views;
}

/** The path of a later page, reached by *Older* alone. */
async function paged(page: Page, from: string, pages: number): Promise<string> {
  await page.goto(from);
  for (let number = 1; number < pages; number++) {
    const next = await page.getByRole('link', { name: 'Older' }).getAttribute('href', { timeout: 5_000 });
    await page.goto(new URL(next ?? '', from).href);
  }
  const { pathname, search } = new URL(page.url());
  return `${pathname}${search}`;
}
