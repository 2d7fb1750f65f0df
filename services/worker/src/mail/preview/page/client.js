// @ts-check
const choices = {
  language: ['en', 'de', 'fr', 'es', 'ar'],
  view: ['HTML', 'Text', 'Source', 'Data'],
  width: ['desktop', 'phone'],
  scheme: ['light', 'dark'],
};

/** What is shown stands in the address, so that it survives a reload and can be sent to somebody. */
const state = new Proxy(
  {},
  {
    get: (_target, key) => read().get(String(key)) ?? choices[key]?.[0] ?? '',
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
  showText(message);
}

function showText(text) {
  element('frame').hidden = true;
  element('text').hidden = false;
  element('text').textContent = text;
}

function show() {
  const mail = mails.find(({ name }) => name === state.mail) ?? mails[0];
  if (mail === undefined) return fail('There are no mails in emails/all.ts');
  element('mails').replaceChildren(...mails.map((each) => entry(each, each === mail)));
  for (const name of Object.keys(choices)) drawChoice(name);

  const rendered = mail.rendered[state.language] ?? Object.values(mail.rendered)[0];
  element('subject').textContent = rendered.subject ?? 'This mail cannot be rendered';
  element('status').textContent = rendered.html
    ? `${(new Blob([rendered.html]).size / 1024).toFixed(1)} KB of HTML · ${mail.transactional ? 'transactional' : 'can be unsubscribed from'} · when unsure: ${mail.unknownPolicy}`
    : '';
  if (rendered.error) return showText(rendered.error);
  if (state.view === 'Text') return showText(rendered.text);
  if (state.view === 'Source') return showText(rendered.html);
  if (state.view === 'Data') return showText(JSON.stringify(mail.sample, null, 2));
  const frame = element('frame');
  element('text').hidden = true;
  frame.hidden = false;
  frame.className = state.width;
  frame.src = `/mails/${mail.name}/${state.language}?scheme=${state.scheme}`;
}

function entry({ name, rendered }, current) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  const target = read();
  target.set('mail', name);
  link.href = `#${target}`;
  link.textContent = name;
  link.setAttribute('aria-current', String(current));
  link.classList.toggle(
    'broken',
    Object.values(rendered).some(({ error }) => error),
  );
  item.append(link);
  return item;
}

function drawChoice(name) {
  const set = element(name);
  const buttons = choices[name].map((value) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = value;
    button.setAttribute('aria-pressed', String(state[name] === value));
    button.addEventListener('click', () => {
      state[name] = value;
    });
    return button;
  });
  set.replaceChildren(set.querySelector('legend'), ...buttons);
}

addEventListener('hashchange', show);
new EventSource('/changes').addEventListener('message', load);
await load();
