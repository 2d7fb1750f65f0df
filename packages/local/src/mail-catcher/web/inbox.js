// The inbox's page: a list that grows by itself, and the mail that was chosen. Everything comes from the same REST
// paths that tests use; nothing of a mail is ever put into this page as HTML.
const pageSize = 50;
const element = (id) => document.getElementById(id);
/** Ids need no encoding, so the address says the mail as it is. */
const addressed = () => location.hash.slice(1);
const state = { chosen: addressed(), view: 'html', shown: pageSize, mail: undefined };

async function api(path, options) {
  const response = await fetch(path, options);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return response;
}

function text(tag, content, className) {
  const node = document.createElement(tag);
  node.textContent = content;
  if (className) node.className = className;
  return node;
}

const person = ({ Name, Address }) => (Name ? `${Name} <${Address}>` : Address);

async function refresh() {
  const query = element('search').value.trim();
  const path = query ? `/api/v1/search?query=${encodeURIComponent(query)}&` : '/api/v1/messages?';
  const found = await (await api(`${path}limit=${state.shown}`)).json();
  element('list').replaceChildren(...found.messages.map(row));
  element('empty').hidden = found.messages.length > 0;
  element('empty').textContent = query
    ? 'No mail matches.'
    : 'No mail yet. Register someone and it appears here by itself.';
  element('more').hidden = found.messages_count <= found.messages.length;
  element('count').textContent = `${found.total} ${found.total === 1 ? 'mail' : 'mails'}, ${found.unread} unread`;
  document.title = found.unread > 0 ? `(${found.unread}) Inbox · Postern` : 'Inbox · Postern';
}

function row(mail) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = mail.Read ? '' : 'unread';
  button.setAttribute('aria-current', String(mail.ID === state.chosen));
  const top = text('span', '', 'top');
  const recipients = [...mail.To, ...mail.Bcc].map((it) => it.Address).join(', ');
  const time = text('time', new Date(mail.Created).toLocaleTimeString());
  time.dateTime = mail.Created;
  time.title = new Date(mail.Created).toLocaleString();
  top.append(text('span', recipients, 'to'), time);
  button.append(
    top,
    text('span', mail.Subject || '(no subject)', 'line subject'),
    text('span', mail.Snippet, 'line snippet'),
  );
  button.addEventListener('click', () => choose(mail.ID));
  const item = document.createElement('li');
  item.append(button);
  return item;
}

async function choose(id) {
  state.chosen = id;
  history.replaceState(null, '', id ? `#${id}` : location.pathname);
  const found = id ? await fetch(`/api/v1/message/${encodeURIComponent(id)}`) : undefined;
  state.mail = found?.ok ? await found.json() : undefined;
  element('reader').hidden = !state.mail;
  element('hint').hidden = Boolean(state.mail);
  element('hint').textContent = found && !found.ok ? 'That mail is not here any more.' : 'Choose a mail to read it.';
  if (state.mail) await showMail(state.mail);
  await refresh();
}

async function showMail(mail) {
  element('subject').textContent = mail.Subject || '(no subject)';
  const people = { From: [mail.From], To: mail.To, Cc: mail.Cc, Bcc: mail.Bcc, 'Reply to': mail.ReplyTo };
  const lines = Object.entries(people).filter(([, list]) => list.length > 0);
  element('people').replaceChildren(
    ...lines.flatMap(([label, list]) => [text('dt', label), text('dd', list.map(person).join(', '))]),
    text('dt', 'Date'),
    text('dd', new Date(mail.Date).toLocaleString()),
  );
  element('parts').replaceChildren(
    ...[...mail.Inline, ...mail.Attachments].map((part) => {
      const link = text('a', `${part.FileName || part.PartID} (${part.ContentType}, ${part.Size} bytes)`);
      link.href = `/api/v1/message/${mail.ID}/part/${part.PartID}`;
      const item = document.createElement('li');
      item.append(link);
      return item;
    }),
  );
  await showView();
}

async function showView() {
  const mail = state.mail;
  const view = state.view === 'html' && !mail.HTML ? 'text' : state.view;
  for (const tab of element('tabs').querySelectorAll('button')) {
    tab.setAttribute('aria-pressed', String(tab.dataset.view === view));
    tab.disabled = tab.dataset.view === 'html' && !mail.HTML;
  }
  element('frame').hidden = view !== 'html';
  element('plain').hidden = view === 'html';
  if (view === 'html') element('frame').src = `/view/${mail.ID}.html`;
  if (view === 'text') element('plain').textContent = mail.Text;
  if (view === 'raw') element('plain').textContent = await (await api(`/api/v1/message/${mail.ID}/raw`)).text();
  if (view === 'headers') {
    const headers = await (await api(`/api/v1/message/${mail.ID}/headers`)).json();
    const lines = Object.entries(headers).flatMap(([name, values]) => values.map((value) => `${name}: ${value}`));
    element('plain').textContent = lines.join('\n');
  }
}

async function remove(ids) {
  await api('/api/v1/messages', { method: 'DELETE', body: JSON.stringify({ IDs: ids }) });
  await choose('');
}

element('tabs').addEventListener('click', (event) => {
  state.view = event.target.dataset.view ?? state.view;
  showView();
});
element('delete').addEventListener('click', () => remove([state.chosen]));
element('clear').addEventListener('click', () => {
  if (confirm('Delete all mails?')) remove([]);
});
element('more').addEventListener('click', () => {
  state.shown += pageSize;
  refresh();
});
element('search').addEventListener('input', () => {
  state.shown = pageSize;
  refresh();
});

// Many mails at once (a load test) are one refresh, not a thousand.
let _waiting;
const events = new EventSource('/events');
events.addEventListener('message', () => {
  _waiting ??= setTimeout(() => {
    _waiting = undefined;
    refresh();
  }, 200);
});
events.addEventListener('open', () => refresh());
events.addEventListener('error', () => {
  element('count').textContent = 'The playground has stopped';
});

// A link of the terminal that is opened in the tab where the inbox is already.
addEventListener('hashchange', () => choose(addressed()));

choose(state.chosen);
