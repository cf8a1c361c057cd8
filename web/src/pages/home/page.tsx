import {
  ChartNoAxesCombined,
  Filter,
  LayoutDashboard,
  Plus,
  Repeat2,
  Trash2,
  Users,
  Waypoints,
} from 'lucide-react';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';
import { useBoards, useProject, useRemove, useReports, useSaveBoard, useSaveReport } from '../../api/hooks';
import type { SavedReport } from '../../api/types';
import { dateLabel, localDate, sinceLabel } from '../../lib/dates';
import { formatCount, plural } from '../../lib/format';
import { Button, IconButton } from '../../parts/button';
import { NameSheet } from '../../parts/drawer';
import { TopBar } from '../../parts/shell';
import { Empty, ProblemBox, Skeleton } from '../../parts/states';
import { useToast } from '../../parts/toast';
import { capitalise, describe } from '../../query/describe';

const kindIcons = {
  insights: ChartNoAxesCombined,
  funnel: Filter,
  retention: Repeat2,
  flow: Waypoints,
  users: Users,
};

function KindIcon({ kind }: { kind: keyof typeof kindIcons }) {
  const Icon = kindIcons[kind];
  return <Icon size={15} aria-hidden />;
}

function Boards({ onNew }: { onNew: () => void }) {
  const boards = useBoards();
  if (boards.isError) return <ProblemBox error={boards.error} retry={() => void boards.refetch()} compact />;
  if (!boards.data) return <Skeleton rows={2} />;
  if (boards.data.length === 0)
    return (
      <Empty title="No boards yet" icon={<LayoutDashboard size={22} aria-hidden />}>
        <p>A board keeps reports side by side.</p>
        <Button onPress={onNew}>Create a board</Button>
      </Empty>
    );
  return (
    <ul className="tiles">
      {boards.data.map((board) => (
        <li key={board.id}>
          <Link href={`/boards/${board.id}`} className="tile">
            <LayoutDashboard size={18} aria-hidden />
            <span className="tile-text">
              <strong>{board.name}</strong>
              <span>{board.description || plural(board.cards.length, 'card')}</span>
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function Reports() {
  const reports = useReports();
  const remove = useRemove('reports');
  const restore = useSaveReport();
  const toast = useToast();
  if (reports.isError)
    return <ProblemBox error={reports.error} retry={() => void reports.refetch()} compact />;
  if (!reports.data) return <Skeleton rows={4} />;
  if (reports.data.length === 0)
    return (
      <Empty title="No saved reports yet" icon={<ChartNoAxesCombined size={22} aria-hidden />}>
        <p>Build a report and press Save to find it here.</p>
      </Empty>
    );
  const discard = (report: SavedReport) =>
    remove.mutate(report.id, {
      onSuccess: () =>
        toast.show(`“${report.name}” was deleted.`, {
          label: 'Undo',
          run: () =>
            restore.mutate(
              {
                body: {
                  name: report.name,
                  description: report.description ?? '',
                  report: report.report,
                  view: report.view,
                },
              },
              { onError: toast.fail },
            ),
        }),
      onError: toast.fail,
    });
  return (
    <section className="table-scroll" aria-label="Saved reports">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Question</th>
            <th scope="col">Changed</th>
            <th scope="col">
              <span className="hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {reports.data.map((report) => (
            <tr key={report.id}>
              <th scope="row">
                <Link href={`/reports/${report.id}`} className="row-name">
                  <KindIcon kind={report.report.report} />
                  {report.name}
                </Link>
              </th>
              <td className="says">{describe(report.report)}</td>
              <td className="nowrap">{sinceLabel(report.updated_at, new Date())}</td>
              <td className="num">
                <IconButton label={`Delete ${report.name}`} onPress={() => discard(report)}>
                  <Trash2 size={15} aria-hidden />
                </IconButton>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

export function HomePage() {
  const project = useProject();
  const saveBoard = useSaveBoard();
  const [, navigate] = useLocation();
  const [naming, setNaming] = useState(false);
  const p = project.data;
  const zone = p?.timezone ?? 'UTC';
  return (
    <>
      <TopBar title="Home" />
      <main className="page" id="main" tabIndex={-1}>
        {project.isError && (
          <section className="card">
            <ProblemBox error={project.error} retry={() => void project.refetch()} />
          </section>
        )}
        {p && p.events === 0 && (
          <section className="card">
            <Empty title="No events yet">
              <p>Sync a model to fill this project, then come back here.</p>
              <Link href="/sources">See the sources</Link>
            </Empty>
          </section>
        )}
        {p && p.events > 0 && (
          <div className="strip">
            <div className="number">
              <div className="number-label">Events</div>
              <div className="number-value">{formatCount(p.events)}</div>
            </div>
            <div className="number">
              <div className="number-label">Users</div>
              <div className="number-value">{formatCount(p.users)}</div>
            </div>
            <div className="number wide">
              <div className="number-label">Data from – to</div>
              <div className="number-value">
                {p.first_event && p.last_event
                  ? `${dateLabel(localDate(p.first_event, zone))} – ${dateLabel(localDate(p.last_event, zone))}`
                  : '–'}
              </div>
            </div>
            <div className="number">
              <div className="number-label">Last sync</div>
              <div className="number-value">{capitalise(sinceLabel(p.synced_at, new Date()))}</div>
            </div>
          </div>
        )}
        <div className="start">
          <Link href="/insights" className="tile">
            <ChartNoAxesCombined size={18} aria-hidden />
            <span className="tile-text">
              <strong>New insights report</strong>
              <span>How much, how many, over time and by what</span>
            </span>
          </Link>
          <Link href="/funnel" className="tile">
            <Filter size={18} aria-hidden />
            <span className="tile-text">
              <strong>New funnel report</strong>
              <span>Where people drop out, and how long it takes</span>
            </span>
          </Link>
          <Link href="/retention" className="tile">
            <Repeat2 size={18} aria-hidden />
            <span className="tile-text">
              <strong>New retention report</strong>
              <span>Who comes back, and what they are worth</span>
            </span>
          </Link>
          <Link href="/flow" className="tile">
            <Waypoints size={18} aria-hidden />
            <span className="tile-text">
              <strong>New flow report</strong>
              <span>What people do next, and what they did before</span>
            </span>
          </Link>
        </div>
        <section className="card">
          <div className="card-head">
            <h2>Boards</h2>
            <Button small onPress={() => setNaming(true)}>
              <Plus size={14} aria-hidden />
              New board
            </Button>
          </div>
          <Boards onNew={() => setNaming(true)} />
        </section>
        <section className="card">
          <div className="card-head">
            <h2>Saved reports</h2>
          </div>
          <Reports />
        </section>
      </main>
      <NameSheet
        title="New board"
        label="Name of the board"
        verb="Create board"
        initial=""
        isOpen={naming}
        onClose={() => setNaming(false)}
        onSave={async (name) => {
          const board = await saveBoard.mutateAsync({ body: { name, cards: [] } });
          navigate(`/boards/${board.id}`);
        }}
      />
    </>
  );
}
