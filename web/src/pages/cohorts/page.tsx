import { Download, Plus, Redo2, Undo2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useLocation, useSearch } from 'wouter';
import { post } from '../../api/client';
import { useAnswer, useCohort, useMainEvent, useProject, useSaveCohort } from '../../api/hooks';
import type { UsersResult } from '../../api/types';
import { download } from '../../lib/csv';
import { localDate } from '../../lib/dates';
import { formatCount, plural } from '../../lib/format';
import { nextPlace, useHistory } from '../../lib/question';
import { Button, IconButton } from '../../parts/button';
import { Choose } from '../../parts/choose';
import { NameSheet } from '../../parts/drawer';
import { PeopleTable, usersCsv, useUserColumns } from '../../parts/people';
import { PropertyPicker } from '../../parts/property_picker';
import { TopBar } from '../../parts/shell';
import { Busy, Empty, ProblemBox, Skeleton } from '../../parts/states';
import { useToast } from '../../parts/toast';
import { cohortTemplates, emptyCohort } from '../../query/defaults';
import { cohortLabel } from '../../query/describe';
import { conditionsOf, finishedCohort, startFilter } from '../../query/filters';
import type { CohortCondition, CohortDefinition, Condition } from '../../query/types';
import { readDraft, writeDraft } from '../../query/url';
import { ConditionRow } from './condition';

const remake = (definition: CohortDefinition, list: CohortCondition[]): CohortDefinition =>
  'all' in definition ? { all: list } : { any: list };

function Members({ definition, name }: { definition: CohortDefinition; name: string }) {
  const columns = useUserColumns();
  const toast = useToast();
  const finished = finishedCohort(definition);
  const ready = conditionsOf(finished).length > 0;
  const answer = useAnswer<object>({ report: 'users', cohort: finished, columns, limit: 10 }, ready);
  const result = answer.data?.result as UsersResult | undefined;
  // The file holds everybody, not only the sample on screen.
  const all = async () => {
    try {
      const everyone = await post<UsersResult>('/query', {
        report: 'users',
        cohort: finished,
        columns,
        limit: result?.size,
      });
      download(name || 'cohort', usersCsv(everyone, columns));
    } catch (error) {
      toast.fail(error);
    }
  };
  if (!ready)
    return <Empty title="Who should be in it?">Choose an event or start from an example on the left.</Empty>;
  if (answer.isError) return <ProblemBox error={answer.error} retry={() => void answer.refetch()} />;
  if (!result) return <Skeleton height={60} rows={8} />;
  return (
    <div className={`answer ${answer.isPlaceholderData ? 'old' : ''}`} aria-busy={answer.isFetching}>
      <Busy active={answer.isFetching} />
      <div className="card-head">
        <div className="number" aria-live="polite">
          <div className="number-label">Users in it now</div>
          <div className="number-value">{formatCount(result.size)}</div>
        </div>
        <Button small onPress={() => void all()} isDisabled={result.users.length === 0}>
          <Download size={14} aria-hidden />
          CSV
        </Button>
      </div>
      {result.size === 0 ? (
        <Empty title="Nobody fits all of this">Widen a window or remove a condition.</Empty>
      ) : (
        <>
          <PeopleTable result={result} columns={columns} />
          <p className="footnote">
            {result.size > result.users.length
              ? `The first ${result.users.length} of ${plural(result.size, 'user')}, by id.`
              : `All ${plural(result.size, 'user')}.`}{' '}
            Windows are whole days, counted back from today. User properties are as of now.
          </p>
        </>
      )}
    </div>
  );
}

export function CohortPage({ id }: { id: string }) {
  const saved = useCohort(id);
  const mainEvent = useMainEvent() ?? '';
  const project = useProject();
  const save = useSaveCohort();
  const toast = useToast();
  const [path, navigate] = useLocation();
  const { undo, redo } = useHistory();
  const d = new URLSearchParams(useSearch()).get('d');
  const draft = useMemo(() => (d ? readDraft(d) : null), [d]);
  const setDraft = (next: CohortDefinition) =>
    navigate(`${path}?d=${writeDraft(next)}`, { state: nextPlace() });
  const [suggested, setSuggested] = useState('');
  const [naming, setNaming] = useState(false);
  const definition = draft ?? saved.data?.definition ?? emptyCohort(mainEvent);
  const conditions = conditionsOf(definition);
  const readOnly = saved.data?.origin === 'model' && draft === null;
  const name = saved.data?.name ?? '';
  const today = localDate(project.data?.now ?? new Date().toISOString(), project.data?.timezone ?? 'UTC');
  const changed = draft !== null && JSON.stringify(draft) !== JSON.stringify(saved.data?.definition);
  const title = name || 'New cohort';
  const set = (list: CohortCondition[]) => setDraft(remake(definition, list));

  const store = async (as: string, to?: string) => {
    const stored = await save.mutateAsync({
      id: to,
      body: { name: as, definition: finishedCohort(definition) },
    });
    toast.show(`“${stored.name}” was saved.`);
    navigate(`/cohorts/${encodeURIComponent(stored.id)}`, { replace: true });
  };

  return (
    <>
      <TopBar title={title} crumbs={[{ label: 'Cohorts', href: '/cohorts' }]}>
        <IconButton label="Undo" isDisabled={!undo} onPress={() => undo?.()}>
          <Undo2 size={16} aria-hidden />
        </IconButton>
        <IconButton label="Redo" isDisabled={!redo} onPress={() => redo?.()}>
          <Redo2 size={16} aria-hidden />
        </IconButton>
        {readOnly && (
          <Button onPress={() => saved.data && setDraft(saved.data.definition)}>Use as a start</Button>
        )}
        {!readOnly && (
          <Button
            kind="primary"
            isDisabled={
              conditionsOf(finishedCohort(definition)).length === 0 ||
              (id !== '' && !changed) ||
              save.isPending
            }
            onPress={() => {
              if (saved.data?.origin === 'saved') store(name, saved.data.id).catch(toast.fail);
              else setNaming(true);
            }}
          >
            {id !== '' && !changed ? 'Saved' : 'Save cohort'}
          </Button>
        )}
      </TopBar>
      <div className="workspace cohort">
        <aside className="panel wide" aria-label="Conditions">
          {saved.isError ? (
            <ProblemBox error={saved.error} retry={() => void saved.refetch()} compact />
          ) : id !== '' && !saved.data ? (
            <Skeleton rows={4} />
          ) : (
            <>
              {id === '' && (
                <section className="panel-section" aria-label="Examples">
                  <div className="panel-head">
                    <h2>Start from an example</h2>
                  </div>
                  <div className="templates">
                    {cohortTemplates.map((t) => (
                      <button
                        key={t.name}
                        type="button"
                        className="template"
                        disabled={!mainEvent}
                        onClick={() => {
                          setDraft(t.definition(mainEvent));
                          setSuggested(t.name);
                        }}
                      >
                        <strong>{t.name}</strong>
                        <span>{t.says}</span>
                      </button>
                    ))}
                  </div>
                </section>
              )}
              <section className="panel-section" aria-label="Who is in it">
                <div className="panel-head">
                  <h2>Users who</h2>
                  {conditions.length > 1 && !readOnly && (
                    <Choose
                      label="Which conditions must hold"
                      quiet
                      small
                      value={'all' in definition ? 'all' : 'any'}
                      options={[
                        { value: 'all', label: 'fit all of these' },
                        { value: 'any', label: 'fit any of these' },
                      ]}
                      onChange={(joiner) =>
                        setDraft(joiner === 'all' ? { all: conditions } : { any: conditions })
                      }
                    />
                  )}
                </div>
                {readOnly && (
                  <p className="help">This cohort is defined in the model file and changes there.</p>
                )}
                <ol className="conditions">
                  {conditions.map((condition, index) => (
                    <ConditionRow
                      key={index}
                      condition={condition}
                      index={index}
                      today={today}
                      joiner={index === 0 ? null : 'all' in definition ? 'and' : 'or'}
                      readOnly={readOnly}
                      removable={conditions.length > 1}
                      onChange={(next) => set(conditions.map((c, i) => (i === index ? next : c)))}
                      onRemove={() => set(conditions.filter((_, i) => i !== index))}
                    />
                  ))}
                </ol>
                {!readOnly && (
                  <div className="add-row">
                    <Button
                      kind="link"
                      small
                      onPress={() => set([...conditions, { did: mainEvent, at_least: 1, last: '30 days' }])}
                    >
                      <Plus size={14} aria-hidden />
                      Did something
                    </Button>
                    <Button
                      kind="link"
                      small
                      onPress={() => set([...conditions, { did_not: mainEvent, last: '30 days' }])}
                    >
                      <Plus size={14} aria-hidden />
                      Did not do something
                    </Button>
                    <PropertyPicker
                      label="User property or cohort"
                      events={[]}
                      userOnly
                      cohorts
                      onPick={(item) =>
                        set([...conditions, startFilter(item.reference, item.type) as Condition])
                      }
                      trigger={
                        <Button kind="link" small>
                          <Plus size={14} aria-hidden />
                          Property or cohort
                        </Button>
                      }
                    />
                  </div>
                )}
                <p className="footnote">{cohortLabel(finishedCohort(definition))}.</p>
              </section>
            </>
          )}
        </aside>
        <main className="result" id="main" tabIndex={-1}>
          <section className="card">
            <Members definition={definition} name={name} />
          </section>
        </main>
      </div>
      <NameSheet
        title="Save cohort"
        label="Name"
        verb="Save cohort"
        initial={saved.data ? `${name} (copy)` : suggested}
        isOpen={naming}
        onClose={() => setNaming(false)}
        onSave={(as) => store(as)}
      />
    </>
  );
}
