// Calendar dates as the API writes them (YYYY-MM-DD), without a time zone: arithmetic is done in UTC so no local rule can shift a day.
import type { Range, Unit } from '../query/types';

const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sept', 'Oct', 'Nov', 'Dec'];
const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

export const isDate = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text);

const parts = (text: string): [number, number, number] => {
  const [y, m, d] = text.slice(0, 10).split('-').map(Number);
  return [y ?? 1970, m ?? 1, d ?? 1];
};
const utc = (text: string): Date => {
  const [y, m, d] = parts(text);
  return new Date(Date.UTC(y, m - 1, d));
};
const iso = (date: Date): string => date.toISOString().slice(0, 10);

export function addDays(text: string, days: number): string {
  const date = utc(text);
  date.setUTCDate(date.getUTCDate() + days);
  return iso(date);
}

export function addMonths(text: string, months: number): string {
  const [y, m, d] = parts(text);
  const first = new Date(Date.UTC(y, m - 1 + months, 1));
  const lastDay = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(d, lastDay));
  return iso(first);
}

export function addUnits(text: string, n: number, unit: Unit): string {
  switch (unit) {
    case 'hour':
    case 'day':
      return addDays(text, n);
    case 'week':
      return addDays(text, 7 * n);
    case 'month':
      return addMonths(text, n);
    case 'quarter':
      return addMonths(text, 3 * n);
    case 'year':
      return addMonths(text, 12 * n);
  }
}

// The civil date that an instant has in a zone.
export function localDate(instant: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return format.format(new Date(instant));
}

export type IntervalState = 'done' | 'open' | 'future';

// Whether an interval is over at `asOf`. Hours are labelled by instants, everything longer by local dates.
export function intervalState(start: string, unit: Unit, asOf: string, timeZone: string): IntervalState {
  if (unit === 'hour') {
    const begin = Date.parse(start);
    const now = Date.parse(asOf);
    return begin >= now ? 'future' : begin + 3_600_000 > now ? 'open' : 'done';
  }
  const today = localDate(asOf, timeZone);
  if (start > today) return 'future';
  return addUnits(start, 1, unit) > today ? 'open' : 'done';
}

export function dateLabel(text: string): string {
  const [y, m, d] = parts(text);
  return `${d} ${monthNames[m - 1]} ${y}`;
}

// How an interval is called: full in tables and tooltips, short on axes.
export function intervalLabel(text: string, unit: Unit, short = false): string {
  const [y, m, d] = parts(text);
  switch (unit) {
    case 'hour': {
      const time = text.slice(11, 16);
      return short ? (time === '00:00' ? `${d} ${monthNames[m - 1]}` : time) : `${dateLabel(text)}, ${time}`;
    }
    case 'day':
      return short ? `${d} ${monthNames[m - 1]}` : `${dayNames[utc(text).getUTCDay()]} ${dateLabel(text)}`;
    case 'week':
      return short ? `${d} ${monthNames[m - 1]}` : `Week of ${dateLabel(text)}`;
    case 'month':
      return `${monthNames[m - 1]} ${y}`;
    case 'quarter':
      return `Q${Math.floor((m - 1) / 3) + 1} ${y}`;
    case 'year':
      return String(y);
  }
}

const lastDayOfMonth = (text: string): boolean => addDays(text, 1).endsWith('-01');

export function rangeLabel(range: Range): string {
  if (range.from) {
    const from = range.from;
    const to = range.to;
    if (!to) return `Since ${dateLabel(from)}`;
    if (isDate(from) && isDate(to) && from.endsWith('-01') && lastDayOfMonth(to)) {
      const [first, last] = [intervalLabel(from, 'month'), intervalLabel(to, 'month')];
      return first === last ? first : `${first} – ${last}`;
    }
    return from === to ? dateLabel(from) : `${dateLabel(from)} – ${dateLabel(to)}`;
  }
  if (range.to) return `Up to ${dateLabel(range.to)}`;
  const last = range.last ?? '30 days';
  if (last === '1 day' || last === '1 days') return 'Today';
  const [n, unit] = last.split(' ');
  return n === '1' ? `This ${(unit ?? '').replace(/s$/, '')}` : `Last ${last}`;
}

// The first and last day of a range, for drawing and for choosing a grain; the server decides what is counted.
export function rangeDays(range: Range, today: string): { from: string; to: string } {
  if (range.from) return { from: range.from.slice(0, 10), to: (range.to ?? today).slice(0, 10) };
  const [count = '30', unitText = 'days'] = (range.last ?? '30 days').split(' ');
  const unit = unitText.replace(/s$/, '') as Unit;
  const n = Math.max(1, Number(count) || 1);
  if (unit === 'month' || unit === 'quarter' || unit === 'year') {
    const start = `${today.slice(0, 7)}-01`;
    return { from: addUnits(start, -(n - 1), unit), to: today };
  }
  return { from: addUnits(today, -(unit === 'week' ? n * 7 - 1 : n - 1), 'day'), to: today };
}

export const daysBetween = (from: string, to: string): number =>
  Math.round((utc(to).getTime() - utc(from).getTime()) / 86_400_000) + 1;

export function sinceLabel(instant: string | null, now: Date): string {
  if (!instant) return 'never';
  const minutes = Math.floor((now.getTime() - Date.parse(instant)) / 60_000);
  if (minutes < 1) return 'just now';
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  return dateLabel(instant);
}

export function timeLabel(instant: string, timeZone: string): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return `${dateLabel(localDate(instant, timeZone))}, ${time.format(new Date(instant))}`;
}

// How long something took: "40 s", "2 min 5 s", "3 h 20 min", "5 d 2 h".
export function durationLabel(seconds: number | null): string {
  if (seconds === null) return '–';
  const whole = Math.round(seconds);
  if (whole < 60) return `${seconds < 10 ? Math.round(seconds * 10) / 10 : whole} s`;
  const two = (large: number, unit: string, small: number, rest: string) =>
    small ? `${large} ${unit} ${small} ${rest}` : `${large} ${unit}`;
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 86_400) return two(Math.floor(whole / 3600), 'h', Math.floor(whole / 60) % 60, 'min');
  return two(Math.floor(whole / 86_400), 'd', Math.floor(whole / 3600) % 24, 'h');
}
