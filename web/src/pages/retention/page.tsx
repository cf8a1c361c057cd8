import { useMemo } from 'react';
import { useProperties } from '../../api/hooks';
import { Builder, useBuilder } from '../../parts/builder';
import { referenceKey } from '../../parts/property_picker';
import { insightsPresets } from '../../parts/range';
import { Empty } from '../../parts/states';
import { usePeople } from '../../parts/who';
import { defaultRetention } from '../../query/defaults';
import { describe, eventLabel } from '../../query/describe';
import { eventsOf } from '../../query/request';
import type { RetentionReport, View } from '../../query/types';
import { curves, retentionKind, toggled } from './curves';
import { HeatTable } from './heat_table';
import { RetentionPanel } from './panel';
import { RetentionChart, retentionNotes, retentionTitle, SegmentTable, type Shown, Strip } from './result';

const presets = insightsPresets.filter((p) => p.last !== '1 day' && p.last !== '7 days');

export function useRetentionKind(report: RetentionReport, view: View) {
  const properties = useProperties(eventsOf(report));
  return useMemo(() => {
    const types = new Map((properties.data ?? []).map((p) => [referenceKey(p.reference), p.type]));
    return retentionKind(report, (reference) => types.get(referenceKey(reference)), view);
  }, [properties.data, report, view]);
}

export function RetentionPage() {
  const building = useBuilder<RetentionReport>(defaultRetention);
  const { report, view, change, asked, result } = building;
  const kind = useRetentionKind(asked, view);
  const title = retentionTitle(asked);
  const unit = asked.unit ?? 'day';
  const people = usePeople(asked);

  const draw = (answer: NonNullable<typeof result>) => {
    if (answer.series.every((s) => s.cohorts.length === 0))
      return (
        <section className="card">
          <Empty title="Nobody started in this range">
            No user has “{eventLabel(report.born.event)}”{report.born.first_time ? ' for the first time' : ''}{' '}
            in it. Choose a longer range
            {report.where?.length ? ' or remove a filter' : ''}.
          </Empty>
        </section>
      );
    const shown: Shown = { result: answer, report: asked, view, kind };
    return (
      <>
        <Strip {...shown} />
        <section className="card">
          <div className="card-head">
            <h2>{title}</h2>
          </div>
          <RetentionChart {...shown} title={title} height={280} onView={(next) => change({ view: next })} />
          <p className="footnote">{[describe(asked), ...retentionNotes(shown)].join(' ')}</p>
        </section>
        {(asked.breakdown?.length ?? 0) > 0 && (
          <SegmentTable
            {...shown}
            title={title}
            onToggle={(curve) => change({ view: toggled(view, curve) })}
          />
        )}
        <HeatTable
          result={answer}
          curves={curves(answer, asked, view)}
          segment={view.segment ?? '[]'}
          onSegment={(segment) => change({ view: { ...view, segment } })}
          onCell={(who, label) => people.open(who, label)}
          unit={unit}
          kind={kind}
          title={`${kind === 'percent' ? 'Retention rate' : title.split(' by ')[0]} by start ${unit}`}
        />
      </>
    );
  };

  return (
    <>
      <Builder
        building={building}
        kind="Retention"
        presets={presets}
        panel={<RetentionPanel report={report} view={view} onChange={change} />}
      >
        {draw}
      </Builder>
      {people.drawer}
    </>
  );
}
