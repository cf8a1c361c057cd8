// What a metric's numbers are: counts, plain numbers or amounts. Only the way they are printed depends on it.
import type { Property } from '../api/types';
import type { ValueKind } from '../lib/format';
import { propertyOf } from './describe';
import type { Measure, Metric, Reference, View } from './types';

export type TypeOf = (reference: Reference) => Property['type'] | undefined;

function measureKind(measure: Measure | undefined, typeOf: TypeOf): ValueKind {
  if (measure === undefined || typeof measure === 'string' || 'users' in measure) return 'count';
  if ('per_user' in measure)
    return typeof measure.of === 'object' && typeOf(measure.of.sum) === 'decimal' ? 'money' : 'number';
  const property = propertyOf(measure);
  if (!property || property.aggregate === 'distinct') return 'count';
  const type = typeOf(property.reference);
  if (type === 'decimal') return 'money';
  return type === 'integer' && ['sum', 'min', 'max'].includes(property.aggregate) ? 'count' : 'number';
}

// An amount over a count is an amount; a ratio of two like things is a number.
function formulaKind(formula: string, kinds: ValueKind[]): ValueKind {
  const letters = [...formula.matchAll(/(?<![A-Za-z0-9_])[A-Z](?![A-Za-z0-9_])/g)].map(
    (m) => m[0].charCodeAt(0) - 65,
  );
  const [above = '', below = ''] = formula.split('/');
  const amounts = (text: string) =>
    letters.filter((i) => text.includes(String.fromCharCode(65 + i)) && kinds[i] === 'money').length;
  if (formula.includes('/')) return amounts(above) > 0 && amounts(below) === 0 ? 'money' : 'number';
  const used = new Set(letters.map((i) => kinds[i]));
  return used.size === 1 ? ([...used][0] ?? 'number') : 'number';
}

// `saved` are the metrics of the model, which a report may name.
export function metricKinds(
  metrics: Metric[],
  typeOf: TypeOf,
  view: View,
  saved: readonly { name: string; definition: Metric }[] = [],
): ValueKind[] {
  const measureOf = (m: Metric): Measure | undefined =>
    m.measure ?? saved.find((s) => s.name === m.metric)?.definition.measure;
  const kinds = metrics.map((m) => (m.formula === undefined ? measureKind(measureOf(m), typeOf) : 'number'));
  metrics.forEach((m, i) => {
    if (m.formula !== undefined) kinds[i] = formulaKind(m.formula, kinds);
  });
  return kinds.map((kind, i) => view.show?.[i] ?? kind);
}

const additive = new Set(['total', 'sum']);

// Whether segments of the metric add up to its whole, so that stacking them tells the truth.
export function isAdditive(metric: Metric): boolean {
  if (metric.formula !== undefined || metric.metric) return false;
  if (metric.measure === undefined || metric.measure === 'total') return true;
  return additive.has(propertyOf(metric.measure)?.aggregate ?? '');
}
