// Editing the list of metrics: formulas name metrics by position, so their letters move with them.
import { metricLabel } from './describe';
import type { InsightsReport, Metric } from './types';

export const letterOf = (index: number): string => String.fromCharCode(65 + index);

// The formula with every letter replaced; a letter whose metric is gone becomes "?" and the server says so.
export function renameLetters(formula: string, newIndex: (old: number) => number | null): string {
  return formula.replace(/(?<![A-Za-z0-9_])[A-Z](?![A-Za-z0-9_])/g, (letter) => {
    const moved = newIndex(letter.charCodeAt(0) - 65);
    return moved === null ? '?' : letterOf(moved);
  });
}

const relabel = (metrics: Metric[], newIndex: (old: number) => number | null): Metric[] =>
  metrics.map((m) => (m.formula ? { ...m, formula: renameLetters(m.formula, newIndex) } : m));

export function removeMetric(metrics: Metric[], index: number): Metric[] {
  const left = metrics.filter((_, i) => i !== index);
  return relabel(left, (old) => (old === index ? null : old > index ? old - 1 : old));
}

export function moveMetric(metrics: Metric[], from: number, to: number): Metric[] {
  if (to < 0 || to >= metrics.length || from === to) return metrics;
  const order = metrics.map((_, i) => i);
  order.splice(to, 0, ...order.splice(from, 1));
  return relabel(
    order.map((i) => metrics[i] as Metric),
    (old) => {
      const at = order.indexOf(old);
      return at < 0 ? null : at;
    },
  );
}

// Labels must differ, and a name nobody typed should still read well, so every metric leaves the page with a name.
export function withNames(report: InsightsReport): InsightsReport {
  const short = report.metrics.map((m) => metricLabel(m));
  const taken = new Map<string, number>();
  const metrics = report.metrics.map((metric, i) => {
    const alone = short.filter((label) => label === short[i]).length === 1;
    const label = metricLabel(metric, !alone);
    const seen = taken.get(label) ?? 0;
    taken.set(label, seen + 1);
    return { ...metric, name: seen === 0 ? label : `${label} (${seen + 1})` };
  });
  return { ...report, metrics };
}
