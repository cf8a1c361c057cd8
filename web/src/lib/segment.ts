import type { SegmentValue } from '../api/types';
import { formatFor } from './format';

const number = (value: number): string => formatFor('number', [value])(value);

const bucketText = ([low, high]: [number | null, number | null]): string => {
  if (low === null && high === null) return 'any number';
  if (low === null) return `under ${number(high as number)}`;
  if (high === null) return `${number(low)} and over`;
  return `${number(low)} to under ${number(high)}`;
};

export function valueText(value: SegmentValue): string {
  if (value === null) return '(not set)';
  if (typeof value === 'string') return value.charAt(0).toUpperCase() + value.slice(1);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if ('special' in value) return `(${value.special})`;
  if ('bucket' in value) return bucketText(value.bucket);
  return value.in ? `In ${value.cohort}` : `Not in ${value.cohort}`;
}

export const segmentText = (segment: SegmentValue[], all = 'All'): string =>
  segment.length === 0 ? all : segment.map(valueText).join(' · ');

export const segmentKey = (segment: SegmentValue[]): string => JSON.stringify(segment);

export const maxOf = (values: Iterable<number | null | undefined>): number => {
  let largest = 0;
  for (const value of values) if (value !== null && value !== undefined && value > largest) largest = value;
  return largest;
};
