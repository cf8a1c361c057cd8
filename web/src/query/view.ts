// How a question is drawn. Links, saved reports and board cards keep it; the server does not look inside, so what comes from
// anywhere else is read with care.
import type { ChartKind, Show, View } from './types';

const charts: ChartKind[] = ['line', 'column', 'bar', 'number', 'table'];
const shows: Show[] = ['number', 'percent', 'USD', 'EUR', 'GBP'];

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

// What a page understands of a view, without what says nothing, so that views that draw alike are equal as JSON.
export function readView(value: unknown): View {
  if (!isObject(value)) return {};
  const hidden = texts(value.hidden);
  const shown = texts(value.shown);
  const show = Object.entries(isObject(value.show) ? value.show : {}).filter(([, kind]) =>
    shows.includes(kind as Show),
  );
  return {
    ...(charts.includes(value.chart as ChartKind) ? { chart: value.chart as ChartKind } : {}),
    ...(hidden.length > 0 ? { hidden } : {}),
    ...(shown.length > 0 ? { shown } : {}),
    ...(show.length > 0 ? { show: Object.fromEntries(show) as Record<string, Show> } : {}),
    ...(typeof value.segment === 'string' ? { segment: value.segment } : {}),
  };
}

export const sameView = (a: unknown, b: unknown): boolean =>
  JSON.stringify(readView(a)) === JSON.stringify(readView(b));

// The view with the number format of one metric chosen, or left to its data.
export function withShow(view: View, index: number, show: Show | undefined): View {
  const { [index]: _, ...rest } = view.show ?? {};
  return { ...view, show: show ? { ...rest, [index]: show } : rest };
}
