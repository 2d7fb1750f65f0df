import { escapeHtml } from '@postern/runtime';

/** Lines over a logarithmic axis. */
export interface Chart {
  title: string;
  x: string;
  y: string;
  series: Record<string, [number, number][]>;
}

const WIDTH = 300;
const HEIGHT = 276;
const PLOT = { left: 52, right: 12, top: 34, bottom: 108 };
const COLORS = ['#1f5fa8', '#b4501e', '#2d7d46', '#7a4b9e'];

/** The charts as one SVG, side by side. */
export function charts(all: readonly Chart[]): string {
  const drawn = all.map((chart, n) => `<g transform="translate(${n * WIDTH} 0)">${draw(chart)}</g>`);
  const size = `width="${all.length * WIDTH}" height="${HEIGHT}" viewBox="0 0 ${all.length * WIDTH} ${HEIGHT}"`;
  const style = 'font-family="sans-serif" font-size="11" fill="#333"';
  const title = '<title>Time by size of the tables, and messages a second by replicas</title>';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style}>${title}<rect width="100%" height="100%" fill="#fff"/>${drawn.join('')}</svg>\n`;
}

function draw({ title, x, y, series }: Chart): string {
  const points = Object.values(series).flat();
  const [least, most] = [Math.min(...points.map(([n]) => n)), Math.max(...points.map(([n]) => n))];
  const top = niceAbove(Math.max(...points.map(([, value]) => value)));
  const plotWidth = WIDTH - PLOT.left - PLOT.right;
  const plotHeight = HEIGHT - PLOT.top - PLOT.bottom;
  const atX = (n: number) => round(PLOT.left + (Math.log(n / least) / Math.log(most / least)) * plotWidth);
  const atY = (value: number) => round(PLOT.top + (1 - value / top) * plotHeight);
  const grid = [0, 0.5, 1].map((share) => {
    const line = `<line x1="${PLOT.left}" x2="${WIDTH - PLOT.right}" y1="${atY(share * top)}" y2="${atY(share * top)}" stroke="#ddd"/>`;
    return `${line}<text x="${PLOT.left - 6}" y="${atY(share * top) + 4}" text-anchor="end">${share * top}</text>`;
  });
  const ticks = [...new Set(points.map(([n]) => n))].map(
    (n) => `<text x="${atX(n)}" y="${HEIGHT - PLOT.bottom + 16}" text-anchor="middle">${short(n)}</text>`,
  );
  const lines = Object.entries(series).map(([name, values], n) => {
    const color = COLORS[n % COLORS.length];
    const path = values.map(([at, value]) => `${atX(at)},${atY(value)}`).join(' ');
    const key = HEIGHT - PLOT.bottom + 50 + n * 15;
    const legend = `<rect x="${PLOT.left}" y="${key - 8}" width="10" height="3" fill="${color}"/><text x="${PLOT.left + 16}" y="${key - 3}">${escapeHtml(name)}</text>`;
    return `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2"/>${legend}`;
  });
  const head = `<text x="${PLOT.left}" y="18" font-size="13" font-weight="bold">${escapeHtml(`${title}, ${y}`)}</text>`;
  const axis = `<text x="${PLOT.left + plotWidth / 2}" y="${HEIGHT - PLOT.bottom + 32}" text-anchor="middle">${escapeHtml(x)}</text>`;
  return [head, ...grid, ...ticks, axis, ...lines].join('');
}

/** The next of 1, 2, 5, 10, 20, … */
function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

function short(n: number): string {
  return n >= 1_000_000 ? `${n / 1_000_000} M` : n >= 1_000 ? `${n / 1_000} k` : String(n);
}

const round = (n: number) => Math.round(n * 10) / 10;
