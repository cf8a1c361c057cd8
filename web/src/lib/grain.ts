import type { Range, Unit } from '../query/types';
import { daysBetween, rangeDays } from './dates';

const days: Record<Unit, number> = {
  hour: 1 / 24,
  day: 1,
  week: 7,
  month: 30.4,
  quarter: 91.3,
  year: 365.25,
};
const names: Record<Unit, string> = {
  hour: 'Hourly',
  day: 'Daily',
  week: 'Weekly',
  month: 'Monthly',
  quarter: 'Quarterly',
  year: 'Yearly',
};
const mostIntervals = 760;

export const unitName = (unit: Unit): string => names[unit];

// The grain a range is first shown in.
export function usualUnit(range: Range, today: string): Unit {
  const { from, to } = rangeDays(range, today);
  const length = daysBetween(from, to);
  return length <= 2
    ? 'hour'
    : length <= 93
      ? 'day'
      : length <= 190
        ? 'week'
        : length <= 1500
          ? 'month'
          : 'year';
}

// Grains that give between one and a few hundred intervals.
export function fittingUnits(range: Range, today: string): Unit[] {
  const { from, to } = rangeDays(range, today);
  const length = daysBetween(from, to);
  return (Object.keys(days) as Unit[]).filter(
    (unit) => length / days[unit] <= mostIntervals && (length >= days[unit] * 0.9 || unit === 'day'),
  );
}

// A new range keeps a grain that was chosen and still fits; a grain that was only usual is chosen anew.
export function unitFor(
  range: Range,
  before: Range,
  unit: Unit | undefined,
  today: string,
): Unit | undefined {
  if (!unit) return undefined;
  if (unit === usualUnit(before, today) || !fittingUnits(range, today).includes(unit))
    return usualUnit(range, today);
  return unit;
}
