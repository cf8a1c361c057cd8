// Numbers for reading. A column, an axis or a tooltip gets one formatter, so that decimals line up.
import type { Show } from '../query/types';

export type ValueKind = 'count' | 'number' | 'money' | 'percent' | 'USD' | 'EUR' | 'GBP';
export type Format = (value: number | null | undefined) => string;

export const none = '–';
const symbols: Partial<Record<ValueKind, string>> = { USD: '$', EUR: '€', GBP: '£' };
const isMoney = (kind: ValueKind): boolean => kind === 'money' || kind in symbols;

const grouped = new Map<number, Intl.NumberFormat>();
function fixed(value: number, digits: number): string {
  let format = grouped.get(digits);
  if (!format) {
    format = new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
    grouped.set(digits, format);
  }
  return format.format(value);
}

const signed = (value: number, text: string): string => (value < 0 && /[1-9]/.test(text) ? `−${text}` : text);

function digitsFor(kind: ValueKind, values: Iterable<number | null | undefined>): number {
  if (kind === 'count') return 0;
  if (kind === 'percent') return 1;
  let largest = 0;
  let whole = true;
  for (const value of values) {
    if (value === null || value === undefined) continue;
    largest = Math.max(largest, Math.abs(value));
    if (!Number.isInteger(value)) whole = false;
  }
  if (isMoney(kind)) return largest >= 100 ? 0 : 2;
  if (whole) return 0;
  return largest >= 1000 ? 0 : largest >= 100 ? 1 : 2;
}

// Full values with the same decimals for all of `values`.
export function formatFor(kind: ValueKind, values: Iterable<number | null | undefined>): Format {
  const digits = digitsFor(kind, values);
  const symbol = symbols[kind] ?? '';
  return (value) => {
    if (value === null || value === undefined) return none;
    if (kind === 'percent') return signed(value, `${fixed(Math.abs(value) * 100, digits)}%`);
    return signed(value, symbol + fixed(Math.abs(value), digits));
  };
}

export const formatValue = (kind: ValueKind, value: number | null | undefined): string =>
  formatFor(kind, [value])(value);

export const formatPercent = (value: number | null | undefined): string => formatValue('percent', value);
export const formatCount = (value: number | null | undefined): string => formatValue('count', value);

const trim = (text: string): string => text.replace(/\.0+$|(\.\d*[1-9])0+$/, '$1');

// 1.2k, £3.4M: axes and big numbers only.
export function compact(kind: ValueKind, value: number): string {
  const size = Math.abs(value);
  const symbol = symbols[kind] ?? '';
  if (kind === 'percent')
    return signed(value, `${trim((size * 100).toFixed(size < 0.1 && size > 0 ? 1 : 0))}%`);
  const [scaled, suffix] =
    size >= 1e9
      ? [size / 1e9, 'B']
      : size >= 1e6
        ? [size / 1e6, 'M']
        : size >= 1e3
          ? [size / 1e3, 'k']
          : [size, ''];
  return signed(value, symbol + trim(scaled.toFixed(scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2)) + suffix);
}

export const showOptions: { value: Show; label: string }[] = [
  { value: 'number', label: 'Number' },
  { value: 'percent', label: 'Percent' },
  { value: 'USD', label: 'Money, $' },
  { value: 'EUR', label: 'Money, €' },
  { value: 'GBP', label: 'Money, £' },
];

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;

// How long the server took for something.
export const formatElapsed = (ms: number): string =>
  ms < 1 ? 'under 1 ms' : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
