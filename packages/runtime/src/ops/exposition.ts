import type { Exposition } from './metrics.ts';

/** What a scraper wants: OpenMetrics for one that prefers it, as Prometheus does; Prometheus' text for everybody else. */
export function expositionFor(accept = ''): Exposition {
  const wishes = accept.split(',').map((range) => {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    return { type, quality: Number(quality) || 0 };
  });
  const best = (...types: string[]) =>
    Math.max(0, ...wishes.filter(({ type }) => types.includes(type)).map(({ quality }) => quality));
  const open = best('application/openmetrics-text');
  return open > 0 && open >= best('text/plain') ? 'openmetrics' : 'text';
}
