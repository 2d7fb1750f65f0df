import { type Html, html } from '../../mail/content/html.ts';

interface Series {
  name: string;
  /** Of the style's colours; the second of a pair is dashed as well, for those who cannot tell colours apart. */
  look: 'main' | 'bad' | 'dashed';
  /** One a slot; undefined is a gap, and not zero. */
  values: readonly (number | undefined)[];
}

export interface LineChart {
  /** Of the page's ids. */
  id: string;
  title: string;
  series: readonly Series[];
  /** The slots' beginnings as people read them. */
  times: readonly string[];
  /** Slots in which the queue was paused. */
  paused: readonly boolean[];
  format: (value: number) => string;
  /** The end of the scale; default: `niceTop`. */
  top?: (largest: number) => number;
}

/** Of the drawing, which is stretched to its place: texts are beside it, and lines keep their width. */
const [WIDTH, HEIGHT] = [1_000, 200];

/** A chart that needs no script: lines with gaps where nothing is known, a scale, a legend, and the figures of a slot for whoever points at it. */
export function lineChart({ id, title, series, times, paused, format, top: topOf = niceTop }: LineChart): Html {
  const top = topOf(Math.max(0, ...series.flatMap(({ values }) => values.filter((value) => value !== undefined))));
  const step = WIDTH / times.length;
  const x = (slot: number) => round((slot + 0.5) * step);
  const y = (value: number) => round(HEIGHT - (value / top) * HEIGHT);
  const said = (slot: number) =>
    series
      .map(({ name, values }) => `${name} ${values[slot] === undefined ? 'none' : format(values[slot])}`)
      .join(', ');
  const known = times.map((_, slot) => series.some(({ values }) => values[slot] !== undefined));
  const last = known.lastIndexOf(true);
  const summary = last === -1 ? 'Nothing is known of this time.' : `At ${times[last]}: ${said(last)}.`;
  return html`<figure class="chart"><figcaption>${title}<span class="legend">${series.map(({ name, look }) => html`<span class="key ${look}">${name}</span>`)}${paused.includes(true) && html`<span class="key shaded">paused</span>`}</span></figcaption>
<div class="plot"><div class="ys" aria-hidden="true"><span>${format(top)}</span><span>${format(top / 2)}</span><span>0</span></div>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${summary} The table below has all figures.</desc>
${[0, 0.5, 1].map((share) => html`<line class="grid" x1="0" x2="${WIDTH}" y1="${share * HEIGHT}" y2="${share * HEIGHT}"/>`)}
${paused.map((is, slot) => is && html`<rect class="paused" x="${round(slot * step)}" y="0" width="${round(step)}" height="${HEIGHT}"/>`)}
${series.map(({ look, values }) => html`<path class="${look}" d="${path(values, x, y)}"/>`)}
${times.map((time, slot) => html`<rect class="hit" x="${round(slot * step)}" y="0" width="${round(step)}" height="${HEIGHT}"><title>${time}: ${known[slot] ? said(slot) : 'nothing is known'}${paused[slot] === true && ', paused'}</title></rect>`)}
</svg><div class="xs" aria-hidden="true">${[0, 0.25, 0.5, 0.75, 1].map((share) => html`<span>${times[Math.round(share * (times.length - 1))] ?? ''}</span>`)}</div></div></figure>`;
}

/** A line for each stretch without a gap; a single point is a dot, by the round end of a line without length. */
function path(values: LineChartValues, x: (slot: number) => number, y: (value: number) => number): string {
  let open = false;
  const parts = values.map((value, slot) => {
    if (value === undefined) {
      open = false;
      return '';
    }
    const point = `${x(slot)} ${y(value)}`;
    const part = open ? `L${point}` : `M${point}h0`;
    open = true;
    return part;
  });
  return parts.join('');
}

type LineChartValues = Series['values'];

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** In seconds; half of each is a time that people count by, too. */
const TIMES = [60, 120, 240, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200];
const DAY = 86_400;

/** As `niceTop`, of seconds: from a minute on, minutes, hours and days. */
export function niceTime(longest: number): number {
  if (longest < 60) return niceTop(longest);
  return TIMES.find((each) => each >= longest * 0.999_999) ?? Math.ceil(longest / DAY) * DAY;
}

/** 1, 2 or 5 with zeros, at or above the largest value: what half of it is can be read, too. */
export function niceTop(largest: number): number {
  if (largest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  const factor = [1, 2, 4, 6, 8, 10].find((each) => each * power >= largest * 0.999_999) ?? 10;
  return factor * power;
}
