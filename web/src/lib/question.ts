// The question on the page lives in the link. Every change is one step of the browser's history, so Back is undo.
import { useCallback, useEffect, useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';
import type { Report } from '../query/types';
import { type Question, type ReadLink, readLink, writeLink } from '../query/url';

// How many steps lie before this one, and the furthest step made from here.
interface Place {
  step?: number;
}
let furthest = 0;
const step = (): number => (window.history.state as Place | null)?.step ?? 0;

interface History {
  undo: (() => void) | null;
  redo: (() => void) | null;
}

// The state to push with the next address.
export function nextPlace(): Place {
  furthest = step() + 1;
  return { step: furthest };
}

// Undo and redo as buttons and as Ctrl+Z, Ctrl+Shift+Z. In a text field the keys belong to the text.
export function useHistory(): History {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== 'z') return;
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea')) return;
      event.preventDefault();
      if (event.shiftKey) {
        if (step() < furthest) window.history.forward();
      } else if (step() > 0) window.history.back();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);

  return {
    undo: step() > 0 ? () => window.history.back() : null,
    redo: step() < furthest ? () => window.history.forward() : null,
  };
}

export interface QuestionState<R extends Report> extends History {
  question: Question<R>;
  problem: string | null;
  change: (next: Partial<Question<R>>) => void;
}

export function useQuestion<R extends Report>(fallback: Question<R>): QuestionState<R> {
  const search = useSearch();
  const [path, navigate] = useLocation();
  const q = new URLSearchParams(search).get('q');
  const read = useMemo<ReadLink | null>(() => (q ? readLink(q) : null), [q]);
  const valid = read && 'question' in read && read.question.report.report === fallback.report.report;
  const question = valid ? (read.question as Question<R>) : fallback;
  const problem = read && 'problem' in read ? read.problem : null;

  const change = useCallback(
    (next: Partial<Question<R>>) => {
      const params = new URLSearchParams(window.location.search);
      params.set('q', writeLink({ ...question, ...next }));
      navigate(`${path}?${params}`, { state: nextPlace() });
    },
    [question, navigate, path],
  );

  const history = useHistory();
  return {
    question,
    problem,
    change,
    ...history,
  };
}
