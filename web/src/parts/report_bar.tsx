// The top bar of a report: undo, redo, link, save, add to a board.
import { Check, LayoutDashboard, Link2, Redo2, Undo2 } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { useBoards, useReport, useSaveBoard, useSaveReport } from '../api/hooks';
import type { Card } from '../api/types';
import { describe } from '../query/describe';
import { toRequest } from '../query/request';
import type { Report, UsersReport, View } from '../query/types';
import { readView, sameView } from '../query/view';
import { Button, IconButton } from './button';
import { NameSheet } from './drawer';
import { ActionMenu } from './pop';
import { TopBar } from './shell';
import { useToast } from './toast';

interface Props {
  kind: string;
  report: Report;
  view: View;
  ready: boolean;
  savedId: string | null;
  onSaved: (id: string) => void;
  undo: (() => void) | null;
  redo: (() => void) | null;
}

// As it would be sent today, to see whether anything changed since it was saved.
const sent = (saved: Report | UsersReport) => (saved.report === 'users' ? saved : toRequest(saved));

type Asking = 'save' | 'board' | null;

export function ReportBar({ kind, report, view, ready, savedId, onSaved, undo, redo }: Props) {
  const saved = useReport(savedId ?? '');
  const saveReport = useSaveReport();
  const saveBoard = useSaveBoard();
  const boards = useBoards();
  const toast = useToast();
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState<Asking>(null);
  const [copied, setCopied] = useState(false);
  const document = toRequest(report);
  const isSaved =
    saved.data &&
    JSON.stringify(sent(saved.data.report)) === JSON.stringify(document) &&
    sameView(saved.data.view, view);
  const name = saved.data?.name ?? '';
  const card = (): Card =>
    saved.data && isSaved
      ? { report_id: saved.data.id, width: 6 }
      : { report: document, view: readView(view), ...(name ? { name } : {}), width: 6 };

  const store = async (as: string, id?: string) => {
    const stored = await saveReport.mutateAsync({
      id,
      body: { name: as, description: describe(document), report: document, view: readView(view) },
    });
    onSaved(stored.id);
    return stored;
  };

  const addTo = async (board: { id: string; name: string }) => {
    try {
      const full = boards.data?.find((b) => b.id === board.id);
      if (!full) return;
      const body = {
        name: full.name,
        description: full.description ?? '',
        cards: [...full.cards, card()],
      };
      await saveBoard.mutateAsync({ id: board.id, body });
      toast.show(`Added to ${board.name}.`, {
        label: 'Open board',
        run: () => navigate(`/boards/${board.id}`),
      });
    } catch (error) {
      toast.fail(error);
    }
  };

  return (
    <>
      <TopBar title={name || `New ${kind.toLowerCase()} report`} crumbs={[{ label: 'Home', href: '/' }]}>
        <IconButton label="Undo" isDisabled={!undo} onPress={() => undo?.()}>
          <Undo2 size={16} aria-hidden />
        </IconButton>
        <IconButton label="Redo" isDisabled={!redo} onPress={() => redo?.()}>
          <Redo2 size={16} aria-hidden />
        </IconButton>
        <Button
          onPress={() => {
            void navigator.clipboard?.writeText(window.location.href).then(() => {
              setCopied(true);
              setTimeout(() => setCopied(false), 2000);
            });
          }}
        >
          {copied ? <Check size={14} aria-hidden /> : <Link2 size={14} aria-hidden />}
          {copied ? 'Copied' : 'Copy link'}
        </Button>
        <ActionMenu
          label="Add to board"
          trigger={
            <Button isDisabled={!ready}>
              <LayoutDashboard size={14} aria-hidden />
              Add to board
            </Button>
          }
          actions={[
            ...(boards.data ?? []).map((b) => ({ id: b.id, label: b.name, run: () => void addTo(b) })),
            { id: 'new board', label: 'New board…', run: () => setAsking('board') },
          ]}
        />
        {saved.data && !isSaved && (
          <Button onPress={() => setAsking('save')} isDisabled={!ready}>
            Save as…
          </Button>
        )}
        <Button
          kind="primary"
          isDisabled={!ready || isSaved === true || saveReport.isPending}
          onPress={() => {
            if (saved.data) store(name, saved.data.id).catch(toast.fail);
            else setAsking('save');
          }}
        >
          {isSaved ? 'Saved' : 'Save'}
        </Button>
      </TopBar>
      <NameSheet
        title="Save report"
        label="Name"
        verb="Save report"
        initial={name ? `${name} (copy)` : ''}
        isOpen={asking === 'save'}
        onClose={() => setAsking(null)}
        onSave={(as) => store(as)}
      />
      <NameSheet
        title="New board"
        label="Name of the board"
        verb="Create board"
        initial=""
        isOpen={asking === 'board'}
        onClose={() => setAsking(null)}
        onSave={async (as) => {
          const board = await saveBoard.mutateAsync({ body: { name: as, cards: [card()] } });
          navigate(`/boards/${board.id}`);
        }}
      />
    </>
  );
}
