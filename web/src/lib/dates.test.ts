import { expect, it } from 'vitest';
import {
  addMonths,
  addUnits,
  durationLabel,
  intervalLabel,
  intervalState,
  localDate,
  rangeDays,
  rangeLabel,
  sinceLabel,
} from './dates';
import { fittingUnits, unitFor, usualUnit } from './grain';

const zone = 'America/New_York';

it('counts in calendar units', () => {
  expect(addMonths('2024-01-31', 1)).toBe('2024-02-29');
  expect(addMonths('2024-03-31', -1)).toBe('2024-02-29');
  expect(addUnits('2024-12-30', 1, 'week')).toBe('2025-01-06');
  expect(addUnits('2024-10-01', 1, 'quarter')).toBe('2025-01-01');
});

it('knows which interval is over in the project zone', () => {
  const asOf = '2025-03-02T03:00:00Z';
  expect(localDate(asOf, zone)).toBe('2025-03-01');
  expect(intervalState('2025-02-28', 'day', asOf, zone)).toBe('done');
  expect(intervalState('2025-03-01', 'day', asOf, zone)).toBe('open');
  expect(intervalState('2025-03-02', 'day', asOf, zone)).toBe('future');
  expect(intervalState('2025-02-01', 'month', asOf, zone)).toBe('done');
  expect(intervalState('2025-02-24', 'week', asOf, zone)).toBe('open');
  expect(intervalState('2025-03-01', 'day', '2025-03-02T05:00:00Z', zone)).toBe('done');
  expect(intervalState('2025-03-01T21:00:00-05:00', 'hour', asOf, zone)).toBe('done');
  expect(intervalState('2025-03-01T22:00:00-05:00', 'hour', '2025-03-02T03:30:00Z', zone)).toBe('open');
});

it('reads ranges aloud', () => {
  expect(rangeLabel({})).toBe('Last 30 days');
  expect(rangeLabel({ last: '1 day' })).toBe('Today');
  expect(rangeLabel({ last: '1 month' })).toBe('This month');
  expect(rangeLabel({ from: '2010-12-01', to: '2011-12-31' })).toBe('Dec 2010 – Dec 2011');
  expect(rangeLabel({ from: '2011-12-01', to: '2011-12-31' })).toBe('Dec 2011');
  expect(rangeLabel({ from: '2011-12-01', to: '2011-12-09' })).toBe('1 Dec 2011 – 9 Dec 2011');
  expect(rangeLabel({ from: '2011-12-01' })).toBe('Since 1 Dec 2011');
});

it('names intervals', () => {
  expect(intervalLabel('2024-09-02', 'week')).toBe('Week of 2 Sept 2024');
  expect(intervalLabel('2024-09-02', 'day')).toBe('Mon 2 Sept 2024');
  expect(intervalLabel('2024-10-01', 'quarter')).toBe('Q4 2024');
  expect(intervalLabel('2024-10-01T13:00:00-04:00', 'hour', true)).toBe('13:00');
});

it('counts N days as N points', () => {
  expect(rangeDays({ last: '7 days' }, '2025-03-10')).toEqual({ from: '2025-03-04', to: '2025-03-10' });
  expect(rangeDays({ last: '12 months' }, '2025-03-10')).toEqual({ from: '2024-04-01', to: '2025-03-10' });
});

it('offers grains that fit and keeps a chosen one', () => {
  const today = '2025-03-10';
  expect(usualUnit({ last: '1 day' }, today)).toBe('hour');
  expect(usualUnit({ last: '12 months' }, today)).toBe('month');
  expect(fittingUnits({ last: '12 months' }, today)).not.toContain('hour');
  expect(fittingUnits({ last: '7 days' }, today)).not.toContain('month');
  expect(unitFor({ last: '12 months' }, { last: '30 days' }, 'day', today)).toBe('month');
  expect(unitFor({ last: '12 months' }, { last: '30 days' }, 'week', today)).toBe('week');
  expect(unitFor({ last: '7 days' }, { last: '12 months' }, 'quarter', today)).toBe('day');
  expect(unitFor({ last: '7 days' }, { last: '12 months' }, undefined, today)).toBeUndefined();
});

it('says how long ago, and a date after a day', () => {
  const now = new Date('2025-03-10T12:00:00Z');
  expect(sinceLabel('2025-03-10T11:57:00Z', now)).toBe('3 min ago');
  expect(sinceLabel('2025-03-10T02:00:00Z', now)).toBe('10 h ago');
  expect(sinceLabel('2025-03-01T02:00:00Z', now)).toBe('1 Mar 2025');
  expect(sinceLabel(null, now)).toBe('never');
});

it('durations are told in the two units that matter', () => {
  expect(durationLabel(null)).toBe('–');
  expect(durationLabel(0.4)).toBe('0.4 s');
  expect(durationLabel(40)).toBe('40 s');
  expect(durationLabel(125)).toBe('2 min 5 s');
  expect(durationLabel(3600)).toBe('1 h');
  expect(durationLabel(12_000)).toBe('3 h 20 min');
  expect(durationLabel(439_200)).toBe('5 d 2 h');
});
