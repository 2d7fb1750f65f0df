// @ts-check
const choices = {
  language: ['en', 'de', 'fr', 'es', 'ar'],
  view: ['HTML', 'Text', 'Source', 'Data'],
  width: ['desktop', 'phone'],
  scheme: ['light', 'dark'],
};

/**
 * What is shown stands in the address, so that it survives a reload and can be sent to somebody. A choice that there is
 * not (a language of old) is the first one.
 */
const state = new Proxy(
  {},
  {
    get: (_target, key) => {
      const value = read().get(String(key)) ?? '';
      const known = choices[key];
      return known === undefined || known.includes(value) ? value : known[0];
    },
    set: (_target, key, value) => {
      const all = read();
      all.set(String(key), value);
      location.replace(`#${all}`);
      return true;
    },
  },
);

let mails = [];

const element = (id) => document.getElementById(id);
const read = () => new URLSearchParams(location.hash.slice(1));

async function load() {
  const response = await fetch('/mails');
  if (!response.ok) return fail(await response.text());
  mails = await response.json();
  choices.language = Object.keys(mails[0]?.rendered ?? {});
  show();
}

function fail(message) {
  element('subject').textContent = 'The mails do not load';
  element('status').textContent = '';
  showText(message);
}

function showText(text) {
  stage('pre', { id: 'text', dir: 'auto', textContent: text });
}

/**
 * A new element each time: its first page adds no step to the browser's Back, as each further one of a frame would, and
 * Chromium sometimes draws nothing in a sandboxed frame that was hidden while it loaded.
 */
function stage(tag, properties) {
  element('stage').replaceChildren(Object.assign(document.createElement(tag), properties));
}

function show() {
  const mail = mails.find(({ name }) => name === state.mail) ?? mails[0];
  if (mail === undefined) return fail('There are no mails in mails/all.ts');
  drawList(mail);
  for (const name of Object.keys(choices)) drawChoice(name);

  const rendered = mail.rendered[state.language];
  element('subject').textContent = rendered.subject ?? 'This mail cannot be rendered';
  element('status').textContent = rendered.html
    ? `${(new Blob([rendered.html]).size / 1024).toFixed(1)} KB of HTML · ${mail.transactional ? 'transactional' : 'can be unsubscribed from'} · when unsure: ${mail.unknownPolicy}`
    : '';
  if (rendered.error) return showText(rendered.error);
  if (state.view === 'Text') return showText(rendered.text);
  if (state.view === 'Source') return showText(rendered.html);
  if (state.view === 'Data') return showText(JSON.stringify(mail.sample, null, 2));
  const src = `/mails/${mail.name}/${state.language}?scheme=${state.scheme}`;
  stage('iframe', { id: 'frame', title: 'The mail', className: state.width, src });
}

/**
 * The children of a list, one for each name. They are made once and changed then: one that is replaced while it has the
 * keyboard's focus loses it.
 */
function childrenOf(list, names, make) {
  const present = [...list.querySelectorAll(':scope > [data-name]')];
  if (present.map(({ dataset }) => dataset.name).join() === names.join()) return present;
  for (const child of present) child.remove();
  const children = names.map((name) => {
    const child = make(name);
    child.dataset.name = name;
    return child;
  });
  list.append(...children);
  return children;
}

function drawList(current) {
  const names = mails.map(({ name }) => name);
  for (const [index, item] of childrenOf(element('mails'), names, makeEntry).entries()) {
    const { name, rendered } = mails[index];
    const link = item.firstElementChild;
    const target = read();
    target.set('mail', name);
    link.href = `#${target}`;
    link.setAttribute('aria-current', String(name === current.name));
    link.classList.toggle(
      'broken',
      Object.values(rendered).some(({ error }) => error),
    );
  }
}

function makeEntry(name) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.textContent = name;
  item.append(link);
  return item;
}

function drawChoice(name) {
  const make = (value) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = value;
    button.addEventListener('click', () => {
      state[name] = value;
    });
    return button;
  };
  for (const button of childrenOf(element(name), choices[name], make)) {
    button.setAttribute('aria-pressed', String(button.dataset.name === state[name]));
  }
}

addEventListener('hashchange', show);
new EventSource('/changes').addEventListener('message', ({ data }) => {
  if (data === 'page') location.reload();
  else load();
});
await load();
