import { Plus } from 'lucide-react';
import { BreakdownSection } from '../../parts/breakdowns';
import { Button } from '../../parts/button';
import { Choose } from '../../parts/choose';
import { FilterSection } from '../../parts/filters';
import { HoldSection } from '../../parts/hold';
import { SelectorBlock } from '../../parts/selector_block';
import { eventsOf } from '../../query/request';
import type { Counted, Exclusion, FunnelReport, Selector } from '../../query/types';

interface Props {
  report: FunnelReport;
  onChange: (next: { report: FunnelReport }) => void;
}

const windows = [
  '10 minutes',
  '30 minutes',
  '1 hour',
  '12 hours',
  '1 day',
  '3 days',
  '7 days',
  '14 days',
  '30 days',
  '90 days',
];
const most = 100;

const counts: { value: Counted; label: string }[] = [
  { value: 'users', label: 'users, each once' },
  { value: 'totals', label: 'every attempt' },
  { value: 'sessions', label: 'sessions' },
];

const gapText = (between: [number, number] | undefined): string =>
  between ? `${between[0]} ${between[1]}` : 'all';

export function FunnelPanel({ report, onChange }: Props) {
  const set = (next: Partial<FunnelReport>) => onChange({ report: { ...report, ...next } });
  const drop = (...keys: (keyof FunnelReport)[]): FunnelReport => {
    const rest = { ...report };
    for (const key of keys) delete rest[key];
    return rest;
  };
  const named = eventsOf(report);
  const setStep = (index: number, step: Selector) =>
    set({ steps: report.steps.map((s, i) => (i === index ? step : s)) });
  const exclude = report.exclude ?? [];
  const setExclude = (next: Exclusion[]) =>
    onChange({ report: next.length ? { ...report, exclude: next } : drop('exclude') });
  const gaps = report.steps.slice(1).map((_, i) => ({
    value: `${i + 1} ${i + 2}`,
    label: `between ${i + 1} and ${i + 2}`,
  }));
  const attribute = report.attribute ?? 'first';
  return (
    <>
      <section className="panel-section" aria-label="Steps">
        <div className="panel-head">
          <h2>Steps</h2>
        </div>
        {report.steps.map((step, index) => (
          <SelectorBlock
            key={index}
            badge={String(index + 1)}
            label={`Step ${index + 1}`}
            selector={step}
            firstTime={index === 0}
            onChange={(next) => setStep(index, next)}
            onRemove={
              report.steps.length > 2
                ? () => {
                    const steps = report.steps.filter((_, i) => i !== index);
                    const { exclude: _, ...rest } = report;
                    onChange({ report: { ...rest, steps } });
                  }
                : undefined
            }
          />
        ))}
        <div className="add-row">
          {report.steps.length < most && (
            <Button kind="link" small onPress={() => set({ steps: [...report.steps, {}] })}>
              <Plus size={14} aria-hidden />
              Step
            </Button>
          )}
          {(report.order ?? 'sequence') === 'sequence' && (
            <Button kind="link" small onPress={() => setExclude([...exclude, {}])}>
              <Plus size={14} aria-hidden />
              Exclusion
            </Button>
          )}
        </div>
        {exclude.map((one, index) => (
          <SelectorBlock
            key={index}
            badge="–"
            label={`Exclusion ${index + 1}`}
            selector={one}
            onChange={(next) => setExclude(exclude.map((e, i) => (i === index ? next : e)))}
            onRemove={() => setExclude(exclude.filter((_, i) => i !== index))}
          >
            <Choose
              label="Where it must not happen"
              quiet
              small
              value={gapText(one.between)}
              options={[{ value: 'all', label: 'between any steps' }, ...gaps]}
              onChange={(gap) => {
                const { between: _, ...rest } = one;
                const [from, to] = gap.split(' ').map(Number);
                const next: Exclusion =
                  gap === 'all' ? rest : { ...rest, between: [from as number, to as number] };
                setExclude(exclude.map((e, i) => (i === index ? next : e)));
              }}
            />
          </SelectorBlock>
        ))}
      </section>
      <section className="panel-section" aria-label="Counting">
        <div className="panel-head">
          <h2>Counting</h2>
        </div>
        <div className="pair">
          <span>All steps within</span>
          <Choose
            label="All steps within"
            quiet
            value={report.window ?? '7 days'}
            options={[...new Set([...windows, report.window ?? '7 days'])].map((w) => ({
              value: w,
              label: w,
            }))}
            onChange={(window) => set({ window })}
          />
        </div>
        <div className="pair">
          <span>Count</span>
          <Choose
            label="Count"
            quiet
            value={report.count ?? 'users'}
            options={counts}
            onChange={(count) => {
              const base =
                count === 'sessions'
                  ? drop('hold', 'reentry')
                  : count === 'totals'
                    ? drop('reentry')
                    : report;
              onChange({ report: { ...base, count } });
            }}
          />
        </div>
        {(report.count ?? 'users') === 'users' && (
          <div className="pair">
            <span>If a user tries again</span>
            <Choose
              label="If a user tries again"
              quiet
              value={report.reentry ?? 'first'}
              options={[
                { value: 'first', label: 'the first try counts' },
                { value: 'optimized', label: 'the best try counts' },
              ]}
              onChange={(reentry) => set({ reentry })}
            />
          </div>
        )}
        <div className="pair">
          <span>Order of steps</span>
          <Choose
            label="Order of steps"
            quiet
            value={report.order ?? 'sequence'}
            options={[
              { value: 'sequence', label: 'as listed' },
              { value: 'any', label: 'any order' },
            ]}
            onChange={(order) =>
              onChange({ report: order === 'any' ? { ...drop('exclude'), order } : { ...report, order } })
            }
          />
        </div>
        {(report.breakdown?.length ?? 0) > 0 && (
          <div className="pair">
            <span>Segment is taken from</span>
            <Choose
              label="Segment is taken from"
              quiet
              value={typeof attribute === 'object' ? `step ${attribute.step}` : attribute}
              options={[
                { value: 'first', label: 'the first step that has it' },
                { value: 'last', label: 'the last step that has it' },
                ...report.steps.map((_, i) => ({ value: `step ${i + 1}`, label: `step ${i + 1}` })),
              ]}
              onChange={(value) =>
                set({
                  attribute:
                    value === 'first' || value === 'last' ? value : { step: Number(value.split(' ')[1]) },
                })
              }
            />
          </div>
        )}
      </section>
      {report.count !== 'sessions' && (
        <HoldSection
          held={report.hold ?? []}
          events={named}
          onChange={(hold) => onChange({ report: hold.length ? { ...report, hold } : drop('hold') })}
        />
      )}
      <FilterSection
        filters={report.where ?? []}
        events={named}
        onChange={(where) => onChange({ report: where.length ? { ...report, where } : drop('where') })}
      />
      <BreakdownSection
        breakdowns={report.breakdown ?? []}
        events={named}
        most={2}
        onChange={(breakdown) =>
          onChange({ report: breakdown.length ? { ...report, breakdown } : drop('breakdown', 'attribute') })
        }
      />
    </>
  );
}
