// Changing one part of a condition without losing the others.
import type { CohortOf, Comparison, EventCondition, Reference, Window } from './types';

export type Verb = 'did' | 'did_not' | 'first_did';
export type WindowKind = 'last' | 'between' | 'dates' | 'ever';

export const comparisons: Comparison[] = ['at_least', 'at_most', 'exactly', 'more_than', 'less_than'];

export const verbOf = (c: EventCondition): Verb =>
  c.first_did !== undefined ? 'first_did' : c.did_not !== undefined ? 'did_not' : 'did';
export const eventOf = (c: EventCondition): string => c.did ?? c.did_not ?? c.first_did ?? '';

export const windowOf = (c: Window): WindowKind =>
  c.last ? 'last' : c.between ? 'between' : c.from || c.to ? 'dates' : 'ever';

const windowPart = ({ last, between, from, to }: EventCondition): Window => ({
  ...(last ? { last } : {}),
  ...(between ? { between } : {}),
  ...(from ? { from } : {}),
  ...(to ? { to } : {}),
});

const wherePart = (c: EventCondition) => (c.where?.length ? { where: c.where } : {});

export function amountOf(c: EventCondition): { comparison: Comparison; n: number; of: CohortOf } {
  const comparison = comparisons.find((k) => c[k] !== undefined) ?? 'at_least';
  return { comparison, n: c[comparison] ?? 1, of: c.of ?? 'total' };
}

// The condition with another verb. Only "did" counts, so the others drop the amount.
export function withVerb(c: EventCondition, verb: Verb, event = eventOf(c)): EventCondition {
  const rest = { ...windowPart(c), ...wherePart(c) };
  if (verb === 'first_did') return { first_did: event, ...rest };
  if (verb === 'did_not') return { did_not: event, ...rest };
  const { comparison, n, of } = amountOf(c);
  return { did: event, [comparison]: n, ...(of === 'total' ? {} : { of }), ...rest };
}

export const withAmount = (
  c: EventCondition,
  comparison: Comparison,
  n: number,
  of: CohortOf,
): EventCondition => ({
  did: eventOf(c),
  [comparison]: n,
  ...(of === 'total' ? {} : { of }),
  ...windowPart(c),
  ...wherePart(c),
});

export function withWindow(c: EventCondition, window: Window): EventCondition {
  const { last: _l, between: _b, from: _f, to: _t, ...rest } = c;
  return { ...rest, ...window };
}

export function startWindow(kind: WindowKind, today: string): Window {
  if (kind === 'last') return { last: '30 days' };
  if (kind === 'between') return { between: ['30 days ago', '120 days ago'] };
  if (kind === 'dates') return { from: `${today.slice(0, 8)}01`, to: today };
  return {};
}

export const agoDays = (text: string): number => Number.parseInt(text, 10) || 0;

export const ofReference = (
  of: CohortOf,
): { kind: 'sum' | 'avg' | 'distinct'; reference: Reference } | null =>
  of === 'total'
    ? null
    : 'sum' in of
      ? { kind: 'sum', reference: of.sum }
      : 'avg' in of
        ? { kind: 'avg', reference: of.avg }
        : { kind: 'distinct', reference: of.distinct };
