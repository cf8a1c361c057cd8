import { type CalendarDate, parseDate } from '@internationalized/date';
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import {
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  CalendarHeading,
  I18nProvider,
  RangeCalendar,
} from 'react-aria-components';
import { dateLabel, rangeDays, rangeLabel } from '../lib/dates';
import type { Range } from '../query/types';
import { Button } from './button';
import { Pop } from './pop';
import { Segmented } from './segmented';

export interface Preset {
  label: string;
  last: string;
}

export const insightsPresets: Preset[] = [
  { label: 'Today', last: '1 day' },
  { label: '7D', last: '7 days' },
  { label: '30D', last: '30 days' },
  { label: '3M', last: '3 months' },
  { label: '6M', last: '6 months' },
  { label: '12M', last: '12 months' },
];

const units = ['days', 'weeks', 'months', 'quarters', 'years'];

interface FormProps {
  range: Range;
  today: string;
  timeZone: string;
  weekStart: string;
  onChange: (range: Range) => void;
  close: () => void;
}

function RangeForm({ range, today, timeZone, weekStart, onChange, close }: FormProps) {
  const days = rangeDays(range, today);
  const [picked, setPicked] = useState<{ start: CalendarDate; end: CalendarDate }>({
    start: parseDate(days.from),
    end: parseDate(days.to),
  });
  const [count = '30', unit = 'days'] = (range.last ?? '30 days').split(' ');
  const [problem, setProblem] = useState('');
  const applyLast = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const n = Number(String(data.get('count')).trim());
    if (!Number.isInteger(n) || n < 1 || n > 5000) return setProblem('Enter a whole number from 1 to 5000.');
    onChange({ last: `${n} ${String(data.get('unit'))}` });
    close();
  };
  const from = picked.start.toString();
  const to = picked.end.toString();
  return (
    <div className="range-form">
      <form className="row last-form" onSubmit={applyLast}>
        <span>Last</span>
        <input
          className="input tiny"
          name="count"
          inputMode="numeric"
          aria-label="How many"
          defaultValue={count}
        />
        <select
          className="input"
          name="unit"
          aria-label="Unit"
          defaultValue={unit.endsWith('s') ? unit : `${unit}s`}
        >
          {units.map((u) => (
            <option key={u}>{u}</option>
          ))}
        </select>
        <Button small type="submit">
          Use
        </Button>
        {problem && (
          <span className="field-problem" role="alert">
            {problem}
          </span>
        )}
      </form>
      <I18nProvider locale="en-GB">
        <RangeCalendar
          aria-label="Date range"
          visibleDuration={{ months: 2 }}
          value={picked}
          defaultFocusedValue={picked.end.subtract({ months: 1 })}
          onChange={setPicked}
          firstDayOfWeek={weekStart.slice(0, 3) as 'mon'}
          className="calendar"
        >
          <header>
            <Button slot="previous" kind="quiet" small aria-label="Earlier">
              <ChevronLeft size={16} aria-hidden />
            </Button>
            <div className="headings">
              <CalendarHeading className="calendar-heading" offset={{ months: 0 }} />
              <CalendarHeading className="calendar-heading" offset={{ months: 1 }} />
            </div>
            <Button slot="next" kind="quiet" small aria-label="Later">
              <ChevronRight size={16} aria-hidden />
            </Button>
          </header>
          <div className="months">
            {[0, 1].map((months) => (
              <CalendarGrid key={months} offset={{ months }} weekdayStyle="narrow">
                <CalendarGridHeader>
                  {(day) => <CalendarHeaderCell>{day}</CalendarHeaderCell>}
                </CalendarGridHeader>
                <CalendarGridBody>{(date) => <CalendarCell date={date} className="day" />}</CalendarGridBody>
              </CalendarGrid>
            ))}
          </div>
        </RangeCalendar>
      </I18nProvider>
      <footer>
        <span className="muted">
          {from === to ? dateLabel(from) : `${dateLabel(from)} – ${dateLabel(to)}`} · {timeZone}
        </span>
        <span className="buttons">
          <Button small onPress={close}>
            Cancel
          </Button>
          <Button
            small
            kind="primary"
            onPress={() => {
              onChange({ from, to });
              close();
            }}
          >
            Apply
          </Button>
        </span>
      </footer>
    </div>
  );
}

interface Props {
  range: Range;
  today: string;
  timeZone: string;
  weekStart: string;
  presets: Preset[];
  onChange: (range: Range) => void;
}

export function RangePicker({ range, presets, onChange, ...rest }: Props) {
  const active = range.from
    ? null
    : (presets.find((p) => p.last === (range.last ?? '30 days'))?.last ?? null);
  return (
    <div className="range-picker">
      <Pop
        label="Date range"
        trigger={
          <Button>
            <CalendarDays size={15} aria-hidden />
            {rangeLabel(range)}
          </Button>
        }
      >
        {(close) => <RangeForm range={range} onChange={onChange} close={close} {...rest} />}
      </Pop>
      <Segmented
        label="Range presets"
        value={active}
        choices={presets.map((p) => ({ value: p.last, label: p.label }))}
        onChange={(last) => onChange({ last })}
      />
    </div>
  );
}
