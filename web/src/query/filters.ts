// Which operators a type offers, what a new filter starts with, and which filters are finished enough to be sent.
import type { PropertyType } from '../api/types';
import { isCondition } from './describe';
import type { CohortCondition, CohortDefinition, EventCondition, Filter, Reference } from './types';

export type ValueShape =
  | 'none'
  | 'values'
  | 'text'
  | 'number'
  | 'numbers'
  | 'boolean'
  | 'date'
  | 'dates'
  | 'span';

const sets = ['is set', 'is not set'];
const textOps = ['is', 'is not', 'contains', 'not contains', 'starts with', 'ends with', 'matches', ...sets];
const numberOps = ['=', '!=', '<', '<=', '>', '>=', 'between', 'not between', ...sets];
const dateOps = ['on', 'before', 'since', 'between', 'in last', 'not in last', ...sets];

export type FilterType = PropertyType | 'cohort';

export function operatorsFor(type: FilterType): string[] {
  switch (type) {
    case 'cohort':
      return ['in', 'not in'];
    case 'integer':
    case 'decimal':
    case 'float':
      return numberOps;
    case 'boolean':
      return ['is', ...sets];
    case 'date':
    case 'time':
      return dateOps;
    case 'objects':
      return sets;
    case 'text':
    case 'list':
      return textOps;
  }
}

export function shapeOf(type: FilterType, op: string): ValueShape {
  if (sets.includes(op) || type === 'cohort') return 'none';
  if (type === 'boolean') return 'boolean';
  if (op === 'in last' || op === 'not in last') return 'span';
  if (type === 'date' || type === 'time') return op === 'between' ? 'dates' : 'date';
  if (type === 'integer' || type === 'decimal' || type === 'float')
    return op.endsWith('between') ? 'numbers' : 'number';
  return op === 'is' || op === 'is not' ? 'values' : 'text';
}

// What the type must have been when only the filter is at hand (an old link, a property that is gone).
export function guessType(op: string, value: unknown): FilterType {
  if (op === 'in' || op === 'not in') return 'cohort';
  if (typeof value === 'boolean') return 'boolean';
  if (dateOps.slice(0, 3).includes(op) || op.endsWith('in last')) return 'date';
  if (numberOps.slice(0, 6).includes(op) || op.endsWith('between')) return 'decimal';
  return 'text';
}

export function startFilter(reference: Reference, type: FilterType): Filter {
  const op = operatorsFor(type)[0] as string;
  return shapeOf(type, op) === 'boolean' ? { ...reference, op, value: true } : { ...reference, op };
}

// A value that still means something after the operator changed is kept.
export function withOperator(filter: Filter, op: string, type: FilterType): Filter {
  if (!isCondition(filter)) return filter;
  const { value, ...rest } = filter;
  const [before, after] = [shapeOf(type, filter.op), shapeOf(type, op)];
  return before === after && value !== undefined ? { ...rest, op, value } : { ...rest, op };
}

const valueless = (op: string): boolean => sets.includes(op) || op === 'in' || op === 'not in';

export function isFinished(filter: Filter): boolean {
  if (!isCondition(filter)) return true;
  if (valueless(filter.op)) return true;
  const { value } = filter;
  return value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0);
}

export const finished = (filters: Filter[] | undefined): Filter[] | undefined => {
  const kept = filters?.filter(isFinished);
  return kept?.length ? kept : undefined;
};

// The definition as it is sent: unfinished filters left out, empty keys dropped.
export function finishedCohort(definition: CohortDefinition): CohortDefinition {
  const clean = (condition: CohortCondition): CohortCondition => {
    if ('all' in condition || 'any' in condition) return finishedCohort(condition as CohortDefinition);
    if (!('where' in condition)) return condition;
    const { where, ...rest } = condition as EventCondition;
    const kept = finished(where);
    return kept ? { ...rest, where: kept } : rest;
  };
  const ready = (condition: CohortCondition): boolean => {
    if ('op' in condition) return isFinished(condition as Filter);
    if ('all' in condition || 'any' in condition) return true;
    const c = condition as EventCondition;
    return Boolean(c.did || c.did_not || c.first_did);
  };
  return 'all' in definition
    ? { all: definition.all.filter(ready).map(clean) }
    : { any: definition.any.filter(ready).map(clean) };
}

export const conditionsOf = (definition: CohortDefinition): CohortCondition[] =>
  'all' in definition ? definition.all : definition.any;
