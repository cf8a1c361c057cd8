import { Plus, SquareFunction } from 'lucide-react';
import { useMainEvent, useMetrics } from '../../api/hooks';
import { BreakdownSection } from '../../parts/breakdowns';
import { Button } from '../../parts/button';
import { Choose } from '../../parts/choose';
import { FilterSection } from '../../parts/filters';
import { ActionMenu } from '../../parts/pop';
import { letterOf, moveMetric, removeMetric } from '../../query/metrics';
import { eventsOf } from '../../query/request';
import type { InsightsReport, Metric, Show, View } from '../../query/types';
import { withShow } from '../../query/view';
import { MetricBlock } from './metric_block';

interface Props {
  report: InsightsReport;
  view: View;
  onChange: (next: { report?: InsightsReport; view?: View }) => void;
}

const limits = ['12', '25', '50', '200'].map((value) => ({ value, label: `Top ${value}` }));

export function InsightsPanel({ report, view, onChange }: Props) {
  const main = useMainEvent();
  const saved = useMetrics();
  const named = eventsOf(report);
  const set = (next: Partial<InsightsReport>) => onChange({ report: { ...report, ...next } });
  const setMetrics = (metrics: Metric[]) => set({ metrics });
  const event = report.metrics.findLast((m) => m.event !== undefined)?.event ?? main;
  const add = (metric: Metric) => setMetrics([...report.metrics, metric]);
  // What is shown as an amount follows its metric when the list changes.
  const withMetrics = (metrics: Metric[], from: (index: number) => number) => {
    const show: Record<string, Show> = {};
    metrics.forEach((_, i) => {
      const was = view.show?.[from(i)];
      if (was) show[i] = was;
    });
    onChange({ report: { ...report, metrics }, view: view.show ? { ...view, show } : view });
  };

  return (
    <>
      <section className="panel-section" aria-label="Metrics">
        <div className="panel-head">
          <h2>Metrics</h2>
        </div>
        {report.metrics.map((metric, index) => (
          <MetricBlock
            key={index}
            metric={metric}
            index={index}
            count={report.metrics.length}
            saved={saved.data?.find((m) => m.name === metric.metric)?.definition}
            show={view.show?.[index]}
            onChange={(next) => setMetrics(report.metrics.map((m, i) => (i === index ? next : m)))}
            onShow={(show) => onChange({ view: withShow(view, index, show) })}
            onMove={(to) => {
              if (to < 0 || to >= report.metrics.length) return;
              const order = report.metrics.map((_, i) => i);
              order.splice(to, 0, ...order.splice(index, 1));
              withMetrics(moveMetric(report.metrics, index, to), (i) => order[i] ?? i);
            }}
            onCopy={() => add(metric)}
            onRemove={() => withMetrics(removeMetric(report.metrics, index), (i) => (i >= index ? i + 1 : i))}
          />
        ))}
        {report.metrics.length < 26 && (
          <div className="add-row">
            <Button
              kind="link"
              small
              onPress={() => add(event ? { event, measure: 'total' } : { measure: 'total' })}
            >
              <Plus size={14} aria-hidden />
              Metric
            </Button>
            <Button
              kind="link"
              small
              onPress={() => add({ formula: report.metrics.length > 1 ? `A / ${letterOf(1)}` : 'A * 2' })}
            >
              <SquareFunction size={14} aria-hidden />
              Formula
            </Button>
            {(saved.data?.length ?? 0) > 0 && (
              <ActionMenu
                label="Saved metrics"
                trigger={
                  <Button kind="link" small>
                    <Plus size={14} aria-hidden />
                    Saved metric
                  </Button>
                }
                actions={(saved.data ?? []).map((m) => ({
                  id: m.name,
                  label: m.name,
                  run: () => add({ metric: m.name }),
                }))}
              />
            )}
          </div>
        )}
      </section>
      <FilterSection
        filters={report.where ?? []}
        events={named}
        onChange={(where) => {
          const { where: _, ...rest } = report;
          onChange({ report: where.length ? { ...rest, where } : rest });
        }}
      />
      <BreakdownSection
        breakdowns={report.breakdown ?? []}
        events={named}
        onChange={(breakdown) => {
          const { breakdown: _, ...rest } = report;
          onChange({
            report: breakdown.length ? { ...rest, breakdown } : rest,
            view: { ...view, hidden: [], shown: [] },
          });
        }}
      />
      {(report.breakdown?.length ?? 0) > 0 && (
        <section className="panel-section tight">
          <div className="block-row spread">
            <span className="muted">Segments shown</span>
            <Choose
              label="Segments shown"
              quiet
              small
              value={String(report.limit ?? 12)}
              options={limits}
              onChange={(limit) => set({ limit: Number(limit) })}
            />
          </div>
        </section>
      )}
    </>
  );
}
