// The document that is sent and saved: what the editor holds, less what is not finished yet.
import { finished } from './filters';
import { withNames } from './metrics';
import type { Report, Selector } from './types';

function selector<S extends Selector>(s: S): S {
  const { where, ...rest } = s;
  const kept = finished(where);
  return (kept ? { ...rest, where: kept } : rest) as S;
}

export function toRequest<R extends Report>(report: R): R {
  const { where, breakdown, ...rest } = report;
  const common = {
    ...rest,
    ...(finished(where) ? { where: finished(where) } : {}),
    ...(breakdown?.length ? { breakdown } : {}),
  } as R;
  if (common.report === 'insights')
    return withNames({ ...common, metrics: common.metrics.map(selector) }) as R;
  return { ...common, born: selector(common.born), returned: selector(common.returned) } as R;
}

// Why a question cannot be asked yet, or null.
export function notReady(report: Report): string | null {
  if (report.report === 'retention') {
    if (!report.born.event) return 'Choose the event that starts the clock.';
    return report.returned.event ? null : 'Choose the event people come back to.';
  }
  if (report.metrics.length === 0) return 'Add a metric.';
  for (const metric of report.metrics) {
    if (metric.formula !== undefined ? metric.formula.trim() === '' : !metric.metric && !metric.event)
      return metric.formula !== undefined
        ? 'Write the formula, for example A / B.'
        : 'Choose an event for each metric.';
  }
  return null;
}

export function eventsOf(report: Report): string[] {
  const names = (s: Selector): string[] =>
    s.event === undefined ? [] : Array.isArray(s.event) ? s.event : [s.event];
  const all =
    report.report === 'insights'
      ? report.metrics.flatMap(names)
      : [...names(report.born), ...names(report.returned)];
  return [...new Set(all)].filter((name) => name !== '' && name !== '*');
}
