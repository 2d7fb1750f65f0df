import { PosternProblem } from '@postern/client';

/** What is shown one at a time; the sign-in is there beside the sign-up. */
const views = new Set(['sign-up', 'sign-in', 'account']);

export function element<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const found = document.getElementById(id);
  if (!found) throw new TypeError(`the page has no element ${id}`);
  return found as Kind;
}

export function say(text: string): void {
  element('message').textContent = text;
}

export function show(view: string, text = ''): void {
  for (const id of views) element(id).hidden = id !== view && !(id === 'sign-in' && view === 'sign-up');
  say(text);
}

/** One more view, which `show` shows by its id. */
export function addView(id: string, html: string): void {
  views.add(id);
  element('account').insertAdjacentHTML('beforebegin', html);
}

/** Runs what a person asked for; a refusal is shown with what is wrong with which field. */
export async function run(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof PosternProblem)) throw error;
    const faults = error.errors.map(({ pointer = '', detail }) => `${pointer.slice(1)}: ${detail}`);
    say([error.message, ...faults].join(' '));
  }
}

export function onSubmit(id: string, work: (fields: Record<string, string>) => Promise<void>): void {
  element<HTMLFormElement>(id).addEventListener('submit', (event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
    void run(() => work(fields));
  });
}
