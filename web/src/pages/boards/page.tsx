import { ArrowLeft, ArrowRight, Ellipsis, GripVertical, Plus, StickyNote, Trash2 } from 'lucide-react';
import { type CSSProperties, type FormEvent, type KeyboardEvent, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useBoard, useCohorts, useRemove, useReports, useSaveBoard } from '../../api/hooks';
import type { Board, Card, SavedReport } from '../../api/types';
import { Button, IconButton } from '../../parts/button';
import { Sheet } from '../../parts/drawer';
import { Picker } from '../../parts/picker';
import { ActionMenu, Pop } from '../../parts/pop';
import { TopBar } from '../../parts/shell';
import { Empty, ProblemBox, Skeleton } from '../../parts/states';
import { useToast } from '../../parts/toast';
import { describe } from '../../query/describe';
import type { Report, UsersReport } from '../../query/types';
import { readView } from '../../query/view';
import { LateInput } from '../insights/metric_block';
import { insightsTitle } from '../insights/page';
import { openPath } from '../reports/page';
import { retentionTitle } from '../retention/result';
import { LiveCard } from './live_card';
import { TextBlock } from './text';

function reportTitle(report: Report | UsersReport): string {
  if (report.report === 'insights') return insightsTitle(report);
  return report.report === 'retention' ? retentionTitle(report) : describe(report).replace(/\.$/, '');
}

const widths = [
  { width: 3, label: 'Quarter' },
  { width: 4, label: 'Third' },
  { width: 6, label: 'Half' },
  { width: 8, label: 'Two thirds' },
  { width: 12, label: 'Full' },
];

interface CardProps {
  card: Card;
  index: number;
  count: number;
  saved: SavedReport | undefined;
  onMove: (to: number) => void;
  onWidth: (width: number) => void;
  onRemove: () => void;
  onText: () => void;
}

function BoardCard({ card, index, count, saved, onMove, onWidth, onRemove, onText }: CardProps) {
  const cohorts = useCohorts();
  const drawn = 'report' in card ? card : 'report_id' in card ? saved : undefined;
  const report = drawn?.report;
  const text = 'text' in card ? card.text : null;
  const named = 'report' in card ? card.name : saved?.name;
  const title = text !== null ? 'Note' : (named ?? (report ? reportTitle(report) : 'Report'));
  const href =
    'report_id' in card
      ? `/reports/${card.report_id}`
      : report
        ? openPath(report, drawn?.view, cohorts.data ?? [])
        : '';
  const onKeyDown = (event: KeyboardEvent) => {
    if (
      event.key !== 'ArrowLeft' &&
      event.key !== 'ArrowRight' &&
      event.key !== 'ArrowUp' &&
      event.key !== 'ArrowDown'
    )
      return;
    event.preventDefault();
    onMove(index + (event.key === 'ArrowLeft' || event.key === 'ArrowUp' ? -1 : 1));
  };
  return (
    <li className="board-cell" style={{ '--span': card.width ?? 6 } as CSSProperties}>
      <article className={`card board-card ${text !== null ? 'text' : ''}`} aria-label={title}>
        <div className="card-head">
          <button
            type="button"
            className="grip"
            data-grip={index}
            aria-label={`Move ${title}: arrow keys, place ${index + 1} of ${count}`}
            onKeyDown={onKeyDown}
          >
            <GripVertical size={15} aria-hidden />
          </button>
          {text === null && (
            <div className="board-title">
              <h2>{href ? <Link href={href}>{title}</Link> : title}</h2>
              {report && <p title={describe(report)}>{describe(report)}</p>}
            </div>
          )}
          <ActionMenu
            label={`Card ${title}`}
            trigger={
              <IconButton label={`More for ${title}`}>
                <Ellipsis size={15} aria-hidden />
              </IconButton>
            }
            actions={[
              ...(text !== null
                ? [
                    {
                      id: 'edit',
                      label: 'Edit note',
                      icon: <StickyNote size={14} aria-hidden />,
                      run: onText,
                    },
                  ]
                : []),
              {
                id: 'earlier',
                label: 'Move earlier',
                icon: <ArrowLeft size={14} aria-hidden />,
                disabled: index === 0,
                run: () => onMove(index - 1),
              },
              {
                id: 'later',
                label: 'Move later',
                icon: <ArrowRight size={14} aria-hidden />,
                disabled: index === count - 1,
                run: () => onMove(index + 1),
              },
              ...widths.map((w) => ({
                id: `width ${w.width}`,
                label: `Width: ${w.label.toLowerCase()}`,
                disabled: (card.width ?? 6) === w.width,
                run: () => onWidth(w.width),
              })),
              {
                id: 'remove',
                label: 'Remove from board',
                icon: <Trash2 size={14} aria-hidden />,
                danger: true,
                run: onRemove,
              },
            ]}
          />
        </div>
        {text !== null ? (
          <TextBlock text={text} />
        ) : report ? (
          <LiveCard report={report} view={readView(drawn?.view)} />
        ) : (
          <Empty title="This report is gone">It was deleted after it was put here.</Empty>
        )}
      </article>
    </li>
  );
}

function TextSheet({
  initial,
  isOpen,
  onClose,
  onSave,
}: {
  initial: string;
  isOpen: boolean;
  onClose: () => void;
  onSave: (text: string) => void;
}) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get('text') ?? '').trim();
    if (text) onSave(text);
    onClose();
  };
  return (
    <Sheet title="Note" isOpen={isOpen} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <textarea
          autoFocus
          className="input area"
          name="text"
          aria-label="Text of the note"
          rows={8}
          defaultValue={initial}
        />
        <p className="help">**bold**, *italics*, # heading and - list work.</p>
        <div className="buttons end">
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            Save note
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

function AddCard({
  reports,
  onReport,
  onText,
}: {
  reports: SavedReport[];
  onReport: (id: string) => void;
  onText: () => void;
}) {
  return (
    <>
      <Button onPress={onText}>
        <StickyNote size={14} aria-hidden />
        Add note
      </Button>
      <Pop
        label="Add a saved report"
        placement="bottom end"
        trigger={
          <Button kind="primary">
            <Plus size={14} aria-hidden />
            Add report
          </Button>
        }
      >
        {(close) => (
          <Picker
            label="Search saved reports"
            placeholder="Search saved reports"
            items={reports.map((r) => ({ key: r.id, label: r.name, hint: r.report.report }))}
            onPick={(item) => onReport(item.key)}
            close={close}
            empty={
              reports.length === 0
                ? 'No saved reports yet. Build one, then press Save or Add to board.'
                : 'No report fits what you typed.'
            }
          />
        )}
      </Pop>
    </>
  );
}

export function BoardPage({ id }: { id: string }) {
  const board = useBoard(id);
  const reports = useReports();
  const save = useSaveBoard();
  const remove = useRemove('boards');
  const toast = useToast();
  const [, navigate] = useLocation();
  const [writing, setWriting] = useState<number | null>(null);
  const grid = useRef<HTMLUListElement>(null);
  const data = board.data;
  const cards = data?.cards ?? [];

  const store = (next: Partial<Board>) => {
    if (!data) return;
    const body = { name: data.name, description: data.description ?? '', cards, ...next } as Board;
    save.mutate(
      { id, body: { name: body.name, description: body.description ?? '', cards: body.cards } },
      { onError: toast.fail },
    );
  };
  const setCards = (next: Card[]) => store({ cards: next });
  const move = (from: number, to: number) => {
    if (to < 0 || to >= cards.length) return;
    const next = [...cards];
    next.splice(to, 0, ...next.splice(from, 1));
    setCards(next);
    setTimeout(() => grid.current?.querySelector<HTMLElement>(`[data-grip="${to}"]`)?.focus(), 60);
  };
  const discard = () => {
    if (!data) return;
    remove.mutate(id, {
      onSuccess: () => {
        navigate('/');
        toast.show(`“${data.name}” was deleted.`, {
          label: 'Undo',
          run: () =>
            save.mutate(
              { body: { name: data.name, description: data.description ?? '', cards: data.cards } },
              { onError: toast.fail, onSuccess: (again) => navigate(`/boards/${again.id}`) },
            ),
        });
      },
      onError: toast.fail,
    });
  };
  const writingText =
    writing !== null && cards[writing] && 'text' in cards[writing] ? cards[writing].text : '';

  return (
    <>
      <TopBar
        title={data?.name ?? 'Board'}
        crumbs={[{ label: 'Home', href: '/' }]}
        heading={
          data ? (
            <h1 className="edit-title">
              <LateInput
                value={data.name}
                onDone={(name) => name && store({ name })}
                label="Name of the board"
                placeholder="Name"
              />
            </h1>
          ) : undefined
        }
      >
        {data && (
          <>
            <IconButton label="Delete board" onPress={discard}>
              <Trash2 size={15} aria-hidden />
            </IconButton>
            <AddCard
              reports={reports.data ?? []}
              onReport={(report_id) => setCards([...cards, { report_id, width: 6 }])}
              onText={() => setWriting(cards.length)}
            />
          </>
        )}
      </TopBar>
      <main className="page board" id="main" tabIndex={-1}>
        {board.isError ? (
          <section className="card">
            <ProblemBox error={board.error} retry={() => void board.refetch()} />
          </section>
        ) : !data || reports.isPending ? (
          <Skeleton height={280} />
        ) : cards.length === 0 ? (
          <section className="card">
            <Empty title="This board is empty">
              Press Add report above, or “Add to board” in a <Link href="/insights">report</Link>.
            </Empty>
          </section>
        ) : (
          <>
            {data.description && <p className="board-says">{data.description}</p>}
            <ul className="board-grid" ref={grid}>
              {cards.map((card, index) => (
                <BoardCard
                  key={
                    'report_id' in card
                      ? `${card.report_id} ${index}`
                      : 'text' in card
                        ? `text ${index}`
                        : `${JSON.stringify(card.report)} ${index}`
                  }
                  card={card}
                  index={index}
                  count={cards.length}
                  saved={'report_id' in card ? reports.data?.find((r) => r.id === card.report_id) : undefined}
                  onMove={(to) => move(index, to)}
                  onWidth={(width) => setCards(cards.map((c, i) => (i === index ? { ...c, width } : c)))}
                  onRemove={() => {
                    setCards(cards.filter((_, i) => i !== index));
                    toast.show('The card was removed.', { label: 'Undo', run: () => setCards(cards) });
                  }}
                  onText={() => setWriting(index)}
                />
              ))}
            </ul>
          </>
        )}
      </main>
      <TextSheet
        key={writing ?? 'none'}
        initial={writingText}
        isOpen={writing !== null}
        onClose={() => setWriting(null)}
        onSave={(text) => {
          if (writing === null) return;
          setCards(
            writing < cards.length
              ? cards.map((c, i) => (i === writing ? { ...c, text } : c))
              : [...cards, { text, width: 12 }],
          );
        }}
      />
    </>
  );
}
