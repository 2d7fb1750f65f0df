/** The style of all pages: one column of content beside the menu, which a narrow page has above it. Contrast is WCAG 2.2 AA in both schemes. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f7f8f7, #101412); --card: light-dark(#fff, #171c1a); --raised: light-dark(#eef1ef, #1f2623);
  --ink: light-dark(#17211d, #e6ebe8); --quiet: light-dark(#55625c, #9caaa3); --line: light-dark(#dfe4e1, #2a322e);
  --accent: light-dark(#1d5c4d, #7fd0b8); --on-accent: light-dark(#fff, #0b1512);
  --good: light-dark(#1a6b3c, #79d39b); --warn: light-dark(#855400, #e8b75c); --bad: light-dark(#b0211f, #ff8f87); --busy: light-dark(#1b5bb5, #8db8ff);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  accent-color: var(--accent);
}
*, ::before, ::after { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font-variant-numeric: tabular-nums; }
a { color: var(--accent); text-underline-offset: .15em; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }
h1 { font-size: 1.45rem; line-height: 1.25; letter-spacing: -.01em; margin: 0 0 1.25rem; overflow-wrap: anywhere; }
h1 span { color: var(--quiet); font-weight: 500; }
.head { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: start; gap: .75rem 1.5rem; margin: 0 0 1.25rem; } .head :is(h1, .actions) { margin: 0; } .head .actions { flex: none; max-width: 100%; }
h2, caption { font-size: 1rem; font-weight: 650; text-align: left; margin: 0; padding: 0 0 .6rem; }
p { margin: 0 0 1rem; } .lead { margin-top: -.75rem; color: var(--quiet); max-width: 44rem; }
.quiet { color: var(--quiet); } code, pre { font: .87em/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
pre { margin: 0 0 2rem; padding: 1rem; background: var(--raised); border-radius: 8px; white-space: pre-wrap; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--card); z-index: 1; }
.skip:focus { top: .5rem; }

body:has(.bar) { display: grid; grid-template-columns: 15rem minmax(0, 1fr); min-height: 100vh; }
.bar { display: flex; flex-direction: column; gap: 1.25rem; padding: 1.5rem 1rem; position: sticky; top: 0; height: 100vh; }
.brand { padding: 0 .75rem; font-weight: 700; text-decoration: none; color: var(--ink); } .brand span { color: var(--quiet); font-weight: 500; }
.bar ul { list-style: none; margin: 0; padding: 0; display: grid; gap: 2px; }
.bar li a { display: block; padding: .4rem .75rem; border-radius: 6px; text-decoration: none; color: var(--quiet); white-space: nowrap; }
.bar li a:hover { background: var(--raised); color: var(--ink); }
.bar li a[aria-current] { background: var(--raised); color: var(--ink); font-weight: 600; }
.who { margin-top: auto; padding: 0 .75rem; font-size: .87rem; color: var(--quiet); display: grid; gap: .5rem; justify-items: start; } .who b { color: var(--ink); }
main { padding: 1.75rem 2rem 4rem; width: 100%; border-left: 1px solid var(--line); } main > * { max-width: 68rem; }
.alone { max-width: 22rem; margin: 12vh auto 0; padding: 1.5rem; border: 0; } .crumb { margin: 0 0 .35rem; font-size: .87rem; }

table { width: 100%; border-collapse: separate; border-spacing: 0; margin: 0 0 2rem; }
thead th { font-size: .8rem; font-weight: 550; color: var(--quiet); background: var(--raised); border-block: 1px solid var(--line); }
thead th:first-child { border-left: 1px solid var(--line); border-start-start-radius: 8px; }
thead th:last-child { border-right: 1px solid var(--line); border-start-end-radius: 8px; }
th, td { text-align: left; padding: .5rem .75rem; vertical-align: top; }
tbody th { font-weight: 500; overflow-wrap: anywhere; } tbody a { text-decoration: none; } tbody a:hover { text-decoration: underline; }
tbody :is(th, td) { background: var(--card); border-bottom: 1px solid var(--line); }
tbody :is(th, td):first-child { border-left: 1px solid var(--line); } tbody :is(th, td):last-child { border-right: 1px solid var(--line); }
tbody tr:last-child > :first-child { border-end-start-radius: 8px; } tbody tr:last-child > :last-child { border-end-end-radius: 8px; }
tbody tr:hover > * { background: color-mix(in srgb, var(--card), var(--raised)); }
.narrow { display: none !important; } .narrow .badge { white-space: normal; } .actions:has(+ .ranges) { margin-bottom: 1.25rem; } .n { text-align: right; white-space: nowrap; } .tight { white-space: nowrap; width: 1%; } time { white-space: nowrap; } td small, th small { display: block; color: var(--quiet); font-size: .82rem; overflow-wrap: anywhere; }
.empty { border: 1px dashed var(--line); border-radius: 8px; padding: 1.5rem; color: var(--quiet); margin: 0 0 2rem; } .empty p:last-child { margin: 0; }
.bad { color: var(--bad); font-weight: 600; } .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 0 1.5rem; align-items: start; } .pair > * { min-width: 0; } .row-acts { display: flex; flex-wrap: wrap; gap: .15rem .9rem; }
.badge { position: relative; padding-left: .9em; white-space: nowrap; font-weight: 500; } .next { margin-bottom: 2rem; } q { color: var(--quiet); }
.badge::before { content: ""; position: absolute; left: 0; top: .37em; width: .5em; height: .5em; border-radius: 50%; background: currentColor; }
.badge.good { color: var(--good); } .badge.warn { color: var(--warn); } .badge.bad { color: var(--bad); } .badge.busy { color: var(--busy); } .badge.quiet { color: var(--quiet); }

.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .75rem; margin: 0 0 2rem; }
.tiles.small { grid-template-columns: repeat(auto-fill, minmax(6.8rem, 1fr)); gap: .5rem; } .tiles.small .tile { padding: .7rem .8rem; } .tiles.small b { font-size: 1.25rem; } h1 .badge { font-size: .95rem; letter-spacing: 0; margin-left: .5rem; vertical-align: .15em; } h1 .badge.good { color: var(--good); } h1 .badge.warn { color: var(--warn); } h1 .badge.bad { color: var(--bad); }
.tile { background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; }
.tile dt { font-size: .85rem; color: var(--quiet); } .tile dd { margin: .15rem 0 0; } .tile b { display: block; font-size: 1.6rem; line-height: 1.25; font-weight: 650; }
.tile.bad { color: inherit; font-weight: inherit; } .tile.bad b { color: var(--bad); } .tile dd > span { font-size: .85rem; color: var(--quiet); }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1rem 1.5rem; margin: 0 0 2rem; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.facts dt { font-size: .82rem; color: var(--quiet); } .facts dd { margin: 0; overflow-wrap: anywhere; }
.timeline { list-style: none; margin: 0 0 2rem; padding: 0; } .timeline li { position: relative; padding: 0 0 1.1rem 1.5rem; border-left: 1px solid var(--line); margin-left: .3rem; }
.timeline li::before { content: ""; position: absolute; left: -.3rem; top: .5em; width: .55rem; height: .55rem; border-radius: 50%; background: var(--quiet); }
.timeline .badge { padding-left: 0; } .timeline .badge::before { content: none; } .timeline :is(time, .exact) { color: var(--quiet); font-size: .87rem; margin-left: .35rem; } .exact { white-space: nowrap; } .step { font-size: .82rem; font-weight: 600; margin-left: .35rem; white-space: nowrap; }
.timeline li:has(.good)::before { background: var(--good); } .timeline li:has(.warn)::before { background: var(--warn); } .timeline li:has(.bad)::before { background: var(--bad); } .timeline li:has(.busy)::before { background: var(--busy); }
.timeline li:last-child { border-color: transparent; padding-bottom: 0; } .timeline .said { color: var(--ink); } .ids { font-size: .82rem; } .ids span { margin-right: .75rem; } .ids a { text-decoration: none; } .timeline p { margin: 0; color: var(--quiet); overflow-wrap: anywhere; }

.ranges { display: flex; flex-wrap: wrap; gap: .25rem; margin: 0 0 1rem; } .ranges a { padding: .3rem .7rem; border-radius: 6px; text-decoration: none; color: var(--quiet); font-size: .9rem; } .ranges a:hover { background: var(--raised); } .ranges a[aria-current] { background: var(--raised); color: var(--ink); font-weight: 600; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: .75rem; margin: 0 0 .75rem; }
.chart { margin: 0; padding: .9rem 1rem .7rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; min-width: 0; } .chart figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .1rem 1rem; font-size: .9rem; font-weight: 600; margin: 0 0 .6rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0 .9rem; font-size: .8rem; font-weight: 400; color: var(--quiet); } .key::before { content: ""; display: inline-block; width: 1.1em; border-top: 2px solid var(--accent); margin-right: .4em; vertical-align: .25em; }   .key.shaded::before { border: 0; height: .75em; width: 1em; vertical-align: -.05em; background: color-mix(in srgb, var(--warn) 30%, transparent); } .key.bad { color: var(--quiet); font-weight: 400; } .key.bad::before { border-color: var(--bad); } .key.dashed::before { border-top-style: dashed; border-color: var(--busy); }
.plot { display: grid; grid-template-columns: auto minmax(0, 1fr); gap: .25rem .5rem; font-size: .75rem; color: var(--quiet); } .ys { display: flex; flex-direction: column; justify-content: space-between; text-align: right; margin: -.55em 0; line-height: 1.1; } .xs { grid-column: 2; display: flex; justify-content: space-between; white-space: nowrap; }
.chart svg { display: block; width: 100%; height: 9rem; overflow: visible; } .chart :is(path, .grid) { fill: none; vector-effect: non-scaling-stroke; } .chart path { stroke: var(--accent); stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; } .chart path.bad { stroke: var(--bad); } .chart path.dashed { stroke: var(--busy); stroke-dasharray: 5 4; } .chart .grid { stroke: var(--line); stroke-width: 1; } .chart .paused { fill: color-mix(in srgb, var(--warn) 16%, transparent); } .chart .hit { fill: transparent; } .chart .hit:hover { fill: color-mix(in srgb, var(--ink) 7%, transparent); }
.figures { margin: 0 0 2rem; } .figures summary { cursor: pointer; color: var(--quiet); font-size: .9rem; padding: .3rem 0; } .scrolls { overflow-x: auto; } .scrolls td, .scrolls th { white-space: nowrap; }
textarea { height: auto !important; resize: vertical; } textarea.code { font: .87rem/1.55 ui-monospace, "SF Mono", Menlo, Consolas, monospace; } progress { display: block; width: 100%; max-width: 40rem; height: .5rem; margin: 0 0 1rem; accent-color: var(--accent); }
form.filter { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 0 0 1.5rem; } form.filter label { flex: 1 1 16rem; min-width: 0; } form.filter label:has(select) { flex: 0 1 11rem; } form.filter label:has([type=datetime-local]) { flex: 0 0 14rem; } form.filter.long label:has([name=text]) { flex-basis: 28rem; }
label { display: grid; gap: .2rem; font-size: .85rem; color: var(--quiet); } label + p { margin-top: .5rem; } form.sign-in { display: grid; gap: 1rem; margin: 0 0 1.5rem; }
input:not([type=checkbox]), select, textarea { font: inherit; font-size: 1rem; color: var(--ink); background: var(--card); border: 1px solid light-dark(#8a968f, #66736c); border-radius: 6px; padding: .4rem .6rem; width: 100%; min-width: 0; height: 2.5rem; }
input::placeholder { color: var(--quiet); } input[type=checkbox] { width: 1.1rem; height: 1.1rem; margin: .15rem 0 0; }
button, .button { font: inherit; font-weight: 550; min-height: 2.4rem; padding: .4rem .9rem; border-radius: 6px; border: 1px solid light-dark(#c3ccc7, #3d4842); background: var(--card); color: var(--ink); cursor: pointer; text-decoration: none; display: inline-flex; align-items: center; }
button:hover, .button:hover { background: var(--raised); }
button.primary { background: var(--accent); border-color: transparent; color: var(--on-accent); } button.primary:hover { filter: brightness(1.08); }
button.danger { background: light-dark(#b0211f, #ff8f87); border-color: transparent; color: light-dark(#fff, #2b0605); } button.danger:hover { filter: brightness(1.08); }
button.plain { border: 0; background: none; padding: 0; min-height: 1.5rem; color: var(--accent); text-decoration: underline; text-underline-offset: .15em; font-weight: 500; }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; margin: 0 0 2rem; } .pager { margin: -1rem 0 2rem; }
.confirm { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.25rem; max-width: 40rem; } .confirm .actions { margin: 1.25rem 0 0; }
.notice, .fault { border-radius: 8px; padding: .7rem 1rem; margin: 0 0 1.5rem; border: 1px solid var(--line); border-left: 4px solid var(--busy); background: var(--card); overflow-wrap: anywhere; }
.notice.done { border-left-color: var(--good); } .notice.failed, .fault { border-left-color: var(--bad); } .notice.refused { border-left-color: var(--warn); } .fault { color: var(--ink); }

@media (max-width: 56rem) {
  body:has(.bar) { display: block; }
  .bar { position: static; height: auto; border: 0; border-bottom: 1px solid var(--line); padding: .75rem 1rem 0; gap: .5rem; display: grid; grid-template-columns: 1fr auto; }
  .brand { padding: 0; } .who { grid-column: 2; grid-row: 1; margin: 0; padding: 0; display: flex; gap: .75rem; } .who > span { max-width: 40vw; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .bar nav { grid-column: 1 / -1; margin: 0 -.6rem; padding: 0 0 .6rem; } .bar ul { display: flex; flex-wrap: wrap; } .bar li a { padding: .3rem .6rem; font-size: .93rem; }
  main { padding: 1.25rem 1rem 3rem; border: 0; }
}
@media (min-width: 56.01rem) { tbody th :is(code, small:not(.words)) { white-space: nowrap; } .row-acts { flex-wrap: nowrap; } }
@media (max-width: 40rem) {
  tr > :nth-last-child(1 of :not(.wide)) { border-right: 1px solid var(--line); } thead tr > :nth-last-child(1 of :not(.wide)) { border-start-end-radius: 8px; } tbody tr:last-child > :nth-last-child(1 of :not(.wide)) { border-end-end-radius: 8px; }
  .xs span:nth-child(even) { display: none; } .wide { display: none; } .narrow { display: block !important; } th, td { padding: .5rem .5rem; } td { overflow-wrap: anywhere; } .badge { white-space: normal; overflow-wrap: normal; } tbody th { min-width: 5.5rem; } th.tight { white-space: normal; } .row-acts { gap: .4rem; } .facts { grid-template-columns: 1fr 1fr; } .facts div:has(code) { grid-column: 1 / -1; } .tiles { grid-template-columns: 1fr 1fr; } .tiles.small { grid-template-columns: repeat(3, 1fr); } .tile { padding: .75rem; } .tile b { font-size: 1.35rem; }
  form.filter :is(label, label:has(select)) { flex: 1 1 40%; } form.filter label:not(:only-of-type):has(:is([type=datetime-local], [placeholder]:not([placeholder=""]))) { flex: 1 1 100%; } .exact { display: block; margin: 0 !important; }
}
@media (prefers-reduced-motion: no-preference) { .notice.begun::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .5em; border: 2px solid var(--busy); border-right-color: transparent; border-radius: 50%; animation: turn 1s linear infinite; } @keyframes turn { to { rotate: 1turn; } } }
`;
