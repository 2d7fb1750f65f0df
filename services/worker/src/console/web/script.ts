/**
 * What the pages do in the browser besides htmx: everything works without it. Times go on being relative while a page stays open, "all"
 * checks all boxes of its table, and a form is sent once.
 */
export const script = `
const UNITS = [['day', 86400], ['h', 3600], ['min', 60], ['s', 1]];
function relative(seconds) {
  const size = Math.abs(seconds);
  const [unit, length] = UNITS.find(([, length]) => size >= length) ?? UNITS.at(-1);
  const count = Math.floor(size / length);
  const text = count + ' ' + (unit === 'day' && count !== 1 ? 'days' : unit);
  return size < 1 ? 'now' : seconds > 0 ? 'in ' + text : text + ' ago';
}
function tick() {
  for (const time of document.querySelectorAll('time[datetime][data-relative]')) {
    time.textContent = relative((Date.parse(time.dateTime) - Date.now()) / 1000);
  }
}
setInterval(tick, 5000);
document.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.type !== 'checkbox') return;
  const table = target.closest('table');
  if (!table) return;
  const boxes = [...table.querySelectorAll('tbody input[type=checkbox]')];
  const all = table.querySelector('input[data-all]');
  if (target === all) for (const box of boxes) box.checked = all.checked;
  if (all) {
    const checked = boxes.filter((box) => box.checked).length;
    all.checked = checked === boxes.length;
    all.indeterminate = checked > 0 && checked < boxes.length;
  }
});
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.method !== 'post') return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = 'yes';
});
window.addEventListener('pageshow', () => {
  for (const form of document.forms) delete form.dataset.sent;
});
for (const all of document.querySelectorAll('input[data-all]')) all.hidden = false;
`;
