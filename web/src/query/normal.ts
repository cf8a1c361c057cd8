// People who write documents by hand say {sum: order_total}; the editor holds every property as a reference. Documents are brought
// into that one form where they enter the app, so nothing behind this has to know both.
import type {
  CohortCondition,
  CohortDefinition,
  Measure,
  Metric,
  Reference,
  Report,
  UsersReport,
} from './types';

const reference = (value: unknown): Reference =>
  typeof value === 'string' ? { property: value } : (value as Reference);

function valuesToReferences<T extends object>(map: T): T {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, reference(value)])) as T;
}

function normalMeasure(measure: Measure | undefined): Measure | undefined {
  if (typeof measure !== 'object') return measure;
  if ('users' in measure) return measure;
  if ('per_user' in measure)
    return typeof measure.of === 'object' ? { ...measure, of: valuesToReferences(measure.of) } : measure;
  return valuesToReferences(measure);
}

export const normalMetric = (metric: Metric): Metric =>
  metric.measure === undefined ? metric : { ...metric, measure: normalMeasure(metric.measure) as Measure };

export function normalReport<R extends Report | UsersReport>(report: R): R {
  if (report.report === 'insights') return { ...report, metrics: report.metrics.map(normalMetric) };
  if (report.report === 'retention' && typeof report.measure === 'object')
    return { ...report, measure: valuesToReferences(report.measure) };
  return report;
}

export function normalCohort(definition: CohortDefinition): CohortDefinition {
  const one = (condition: CohortCondition): CohortCondition => {
    if ('all' in condition || 'any' in condition) return normalCohort(condition as CohortDefinition);
    if ('of' in condition && typeof condition.of === 'object')
      return { ...condition, of: valuesToReferences(condition.of) };
    return condition;
  };
  return 'all' in definition ? { all: definition.all.map(one) } : { any: definition.any.map(one) };
}
