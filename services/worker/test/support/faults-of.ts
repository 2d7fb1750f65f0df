import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN_AXE =
  'axe.run().then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => [id, nodes[0].html])))';

/** What is read at a glance, or clicked, and takes more lines than it has words: a word of it was broken. */
const BROKEN_WORDS = `[...document.querySelectorAll('td a, .badge, time')]
  .filter((it) => it.getClientRects().length > it.textContent.trim().split(/\\s+/).length)
  .map((it) => it.textContent)`;

export interface PageFaults {
  /** Pixels beyond the right edge. */
  overflow: number;
  /** Texts with a word that was broken. */
  broken: string[];
  /** What axe has against it: the rule, and the first element. */
  axe: [rule: string, element: string][];
}

/** What is wrong with a page as it is shown. axe is put in past the page's policy, which lets nothing else in. */
export async function faultsOf(page: Page): Promise<PageFaults> {
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
  const broken = await page.evaluate<string[]>(BROKEN_WORDS);
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: AXE });
  const { result } = await session.send('Runtime.evaluate', { expression: RUN_AXE, awaitPromise: true });
  return { overflow: Math.max(0, overflow), broken, axe: JSON.parse(String(result.value)) };
}
