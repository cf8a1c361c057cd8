import { ChartBarBig, ChartColumn, ChartLine, Hash, Table } from 'lucide-react';
import { useMemo } from 'react';
import { useMetrics, useProperties } from '../../api/hooks';
import type { SegmentValue } from '../../api/types';
import type { ValueKind } from '../../lib/format';
import { fittingUnits, unitFor, unitName } from '../../lib/grain';
import { Builder, useBuilder } from '../../parts/builder';
import { Choose } from '../../parts/choose';
import { referenceKey } from '../../parts/property_picker';
import { Segmented } from '../../parts/segmented';
import { Empty } from '../../parts/states';
import { usePeople } from '../../parts/who';
import { defaultInsights } from '../../query/defaults';
import { breakdownLabel, describe, metricLabel } from '../../query/describe';
import { metricKinds, type TypeOf } from '../../query/kinds';
import { eventsOf } from '../../query/request';
import type { ChartKind, InsightsReport, Unit, View } from '../../query/types';
import { InsightsPanel } from './panel';
import { chartKinds, chartOf, InsightsChart, insightsNotes, OverallStrip, type Shown } from './result';
import { drawn, toggled } from './rows';
import { InsightsTable } from './table';

const chartChoices: { value: ChartKind; label: string; icon: React.ReactNode }[] = [
  { value: 'line', label: 'Line', icon: <ChartLine size={15} aria-hidden /> },
  { value: 'column', label: 'Columns', icon: <ChartColumn size={15} aria-hidden /> },
  { value: 'bar', label: 'Bars', icon: <ChartBarBig size={15} aria-hidden /> },
  { value: 'number', label: 'Number', icon: <Hash size={15} aria-hidden /> },
  { value: 'table', label: 'Table', icon: <Table size={15} aria-hidden /> },
];

function useTypeOf(report: InsightsReport): TypeOf {
  const properties = useProperties(eventsOf(report));
  return useMemo(() => {
    const types = new Map((properties.data ?? []).map((p) => [referenceKey(p.reference), p.type]));
    return (reference) => types.get(referenceKey(reference));
  }, [properties.data]);
}

export function useKinds(report: InsightsReport, view: View): ValueKind[] {
  const saved = useMetrics();
  return metricKinds(report.metrics, useTypeOf(report), view, saved.data);
}

export function insightsTitle(report: InsightsReport): string {
  const names = report.metrics.map((m) => metricLabel(m));
  const what =
    names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
  return report.breakdown?.length ? `${what} by ${report.breakdown.map(breakdownLabel).join(' and ')}` : what;
}

export function InsightsPage() {
  const building = useBuilder<InsightsReport>(defaultInsights);
  const { report, view, change, asked, result, today, set, without } = building;
  const kinds = useKinds(asked, view);
  const chart = chartOf(asked, view);
  const title = insightsTitle(asked);
  const unitOptions: { value: Unit | 'none'; label: string }[] = [
    ...fittingUnits(report, today).map((u) => ({ value: u, label: unitName(u) })),
    { value: 'none', label: 'No time steps' },
  ];
  if (report.unit && !unitOptions.some((o) => o.value === report.unit))
    unitOptions.unshift({ value: report.unit, label: unitName(report.unit) });
  const people = usePeople(asked);

  const draw = (answer: NonNullable<typeof result>) => {
    const names = asked.metrics.map((m) => m.name ?? '');
    const shown: Shown = { result: answer, report: asked, names, kinds, view, chart };
    const totals = drawn(answer, asked, names, kinds, view).rows.filter(
      (r) => r.all || (asked.breakdown?.length ?? 0) === 0,
    );
    const empty = answer.series.every((s) => !s.overall);
    const onCell = (metric: string, segment: SegmentValue[], interval: string | undefined, label: string) =>
      people.open({ metric, segment, ...(interval === undefined ? {} : { interval }) }, label);
    return (
      <>
        {chart !== 'number' && totals.length <= 6 && <OverallStrip rows={totals} />}
        <section className="card">
          <div className="card-head">
            <h2>{title}</h2>
            <Segmented
              label="Chart"
              iconsOnly
              value={chart}
              choices={chartChoices.filter((c) => chartKinds(asked).includes(c.value))}
              onChange={(kind) => change({ view: { ...view, chart: kind } })}
            />
          </div>
          {empty ? (
            <Empty title="No events match">
              {(report.where?.length ?? 0) > 0
                ? 'Remove a filter on the left or choose a longer range.'
                : 'Choose a longer range or another event.'}
            </Empty>
          ) : (
            <InsightsChart
              {...shown}
              title={title}
              height={280}
              onView={(next) => change({ view: next })}
              onCell={onCell}
            />
          )}
          <p className="footnote">{[describe(asked), ...(empty ? [] : insightsNotes(shown))].join(' ')}</p>
        </section>
        <InsightsTable
          {...shown}
          title={title}
          onToggle={(row) => change({ view: toggled(view, row) })}
          onCell={onCell}
        />
      </>
    );
  };

  return (
    <>
      <Builder
        building={building}
        kind="Insights"
        panel={<InsightsPanel report={report} view={view} onChange={change} />}
        onRange={(range) => {
          const next = unitFor(range, report, report.unit, today);
          change({
            report: { ...without('from', 'to', 'last', 'unit'), ...range, ...(next ? { unit: next } : {}) },
          });
        }}
        tools={
          <Choose
            label="Time steps"
            value={report.unit ?? 'none'}
            options={unitOptions}
            onChange={(unit) => (unit === 'none' ? change({ report: without('unit') }) : set({ unit }))}
          />
        }
      >
        {draw}
      </Builder>
      {people.drawer}
    </>
  );
}
