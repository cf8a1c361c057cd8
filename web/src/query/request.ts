// The document that is sent and saved: what the editor holds, less what is not finished yet.
import { finished } from './filters';
import { withNames } from './metrics';
import type { Breakdown, Report, Selector } from './types';

function selector<S extends Selector>(s: S): S {
  const { where, ...rest } = s;
  const kept = finished(where);
  return (kept ? { ...rest, where: kept } : rest) as S;
}

export function toRequest<R extends Report>(report: R): R {
  const { where, breakdown, ...rest } = report as R & { breakdown?: Breakdown[] };
  const common = {
    ...rest,
    ...(finished(where) ? { where: finished(where) } : {}),
    ...(breakdown?.length ? { breakdown } : {}),
  } as R;
  switch (common.report) {
    case 'insights':
      return withNames({ ...common, metrics: common.metrics.map(selector) }) as R;
    case 'funnel':
      return {
        ...common,
        steps: common.steps.map(selector),
        ...(common.exclude ? { exclude: common.exclude.filter((e) => e.event).map(selector) } : {}),
      } as R;
    case 'flow':
      return { ...common, anchors: common.anchors.map(selector) } as R;
    case 'retention':
      return { ...common, born: selector(common.born), returned: selector(common.returned) } as R;
  }
}

// Why a question cannot be asked yet, or null.
export function notReady(report: Report): string | null {
  if (report.report === 'retention') {
    if (!report.born.event) return 'Choose the event that starts the clock.';
    return report.returned.event ? null : 'Choose the event people come back to.';
  }
  if (report.report === 'funnel')
    return report.steps.every((s) => s.event) ? null : 'Choose an event for each step.';
  if (report.report === 'flow')
    return report.anchors.every((s) => s.event) ? null : 'Choose the event to start from.';
  if (report.metrics.length === 0) return 'Add a metric.';
  for (const metric of report.metrics) {
    if (metric.formula !== undefined ? metric.formula.trim() === '' : !metric.metric && !metric.event)
      return metric.formula !== undefined
        ? 'Write the formula, for example A / B.'
        : 'Choose an event for each metric.';
  }
  return null;
}

// The selectors of a question, in order.
export function selectorsOf(report: Report): Selector[] {
  switch (report.report) {
    case 'insights':
      return report.metrics;
    case 'funnel':
      return report.steps;
    case 'flow':
      return report.anchors;
    case 'retention':
      return [report.born, report.returned];
  }
}

export function eventsOf(report: Report): string[] {
  const names = (s: Selector): string[] =>
    s.event === undefined ? [] : Array.isArray(s.event) ? s.event : [s.event];
  return [...new Set(selectorsOf(report).flatMap(names))].filter((name) => name !== '' && name !== '*');
}
