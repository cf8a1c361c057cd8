// What pages ask for, cached and shared. Answers to questions are kept on screen while the next one is on its way.
import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { normalCohort, normalMetric, normalReport } from '../query/normal';
import type {
  CohortDefinition,
  FlowReport,
  FunnelReport,
  InsightsReport,
  Reference,
  Report,
  RetentionReport,
  UsersReport,
  View,
} from '../query/types';
import { get, Problem, post, put, remove } from './client';
import type {
  Board,
  Card,
  Cohort,
  EventInfo,
  FlowResult,
  FunnelResult,
  InsightsResult,
  KeptAside,
  Project,
  Property,
  PropertyValue,
  RetentionResult,
  Run,
  SavedMetric,
  SavedReport,
  Source,
  SyncState,
  UsersResult,
} from './types';

export const makeClient = (): QueryClient =>
  new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: 60_000, refetchOnWindowFocus: false } },
  });

export const useProject = () =>
  useQuery({
    queryKey: ['project'],
    queryFn: ({ signal }) => get<Project>('/project', signal),
    refetchInterval: 60_000,
  });

export const useEvents = () =>
  useQuery({
    queryKey: ['events'],
    queryFn: ({ signal }) => get<{ events: EventInfo[] }>('/events', signal),
    select: (answer) => answer.events,
    staleTime: 300_000,
  });

export function useProperties(events: string[], enabled = true) {
  const query = events.map((event) => `event=${encodeURIComponent(event)}`).join('&');
  return useQuery({
    queryKey: ['properties', query],
    queryFn: ({ signal }) =>
      get<{ properties: Property[] }>(`/properties${query ? `?${query}` : ''}`, signal),
    select: (answer) => answer.properties,
    staleTime: 300_000,
    placeholderData: keepPreviousData,
    enabled,
  });
}

export function useValues(reference: Reference, event: string | undefined, search: string, enabled: boolean) {
  const query = new URLSearchParams({ reference: JSON.stringify(reference), limit: '50' });
  if (event) query.set('event', event);
  if (search) query.set('search', search);
  return useQuery({
    queryKey: ['values', query.toString()],
    queryFn: ({ signal }) => get<{ values: PropertyValue[]; more: boolean }>(`/values?${query}`, signal),
    placeholderData: keepPreviousData,
    enabled,
  });
}

export type Answer<R> = R extends InsightsReport
  ? InsightsResult
  : R extends FunnelReport
    ? FunnelResult
    : R extends RetentionReport
      ? RetentionResult
      : R extends FlowReport
        ? FlowResult
        : UsersResult;

// An answer together with its question: while the next one is on its way, the old answer is drawn as its own question was.
export interface Answered<R> {
  asked: R;
  result: Answer<R>;
}

// `ready: false` waits: an unfinished question is not sent.
export function useAnswer<R extends Report | UsersReport | object>(report: R, ready = true) {
  return useQuery<Answered<R>, Problem>({
    queryKey: ['query', report],
    queryFn: async ({ signal }) => ({
      asked: report,
      result: await post<Answer<R>>('/query', report, signal),
    }),
    placeholderData: keepPreviousData,
    enabled: ready,
  });
}

const list = <T>(kind: string, normal: (thing: T) => T = (thing) => thing) => ({
  queryKey: [kind],
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<T[]> =>
    ((await get<Record<string, T[]>>(`/${kind}`, signal))[kind] ?? []).map(normal),
});
const one = <T>(kind: string, id: string, normal: (thing: T) => T) => ({
  queryKey: [kind, id],
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<T> =>
    normal(await get<T>(`/${kind}/${encodeURIComponent(id)}`, signal)),
  enabled: id !== '',
});

const normalSaved = (saved: SavedReport): SavedReport => ({ ...saved, report: normalReport(saved.report) });
const normalBoard = (board: Board): Board => ({
  ...board,
  cards: board.cards.map((card) =>
    'report' in card ? { ...card, report: normalReport(card.report) } : card,
  ),
});
const normalSavedCohort = (cohort: Cohort): Cohort => ({
  ...cohort,
  definition: normalCohort(cohort.definition),
});
const normalSavedMetric = (metric: SavedMetric): SavedMetric => ({
  ...metric,
  definition: normalMetric(metric.definition),
});

export const useReports = () => useQuery(list('reports', normalSaved));
export const useBoards = () => useQuery(list('boards', normalBoard));
export const useCohorts = () => useQuery(list('cohorts', normalSavedCohort));
export const useMetrics = () => useQuery(list('metrics', normalSavedMetric));
export const useSources = () => useQuery({ ...list<Source>('sources'), refetchInterval: 10_000 });

// What is synced now: looked at closely while something is. A run that has ended changes what sources say.
export function useSync() {
  const client = useQueryClient();
  return useQuery({
    queryKey: ['sync'],
    queryFn: async ({ signal }) => {
      const before = client.getQueryData<SyncState>(['sync'])?.running?.source;
      const now = await get<SyncState>('/sync', signal);
      if (before && before !== now.running?.source) {
        void client.invalidateQueries({ queryKey: ['sources'] });
        void client.invalidateQueries({ queryKey: ['runs', before] });
        void client.invalidateQueries({ queryKey: ['kept-aside', before] });
      }
      return now;
    },
    refetchInterval: (query) => (query.state.data?.running ? 500 : 3_000),
  });
}

export const useRuns = (source: string) =>
  useQuery({
    queryKey: ['runs', source],
    queryFn: ({ signal }) => get<{ runs: Run[] }>(`/sources/${encodeURIComponent(source)}/runs`, signal),
    select: (answer) => answer.runs,
    refetchInterval: 10_000,
  });

export function useRunSource() {
  const client = useQueryClient();
  return useMutation<{ asked: string }, Problem, string>({
    mutationFn: (source) => post<{ asked: string }>(`/sources/${encodeURIComponent(source)}/runs`, {}),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sync'] }),
  });
}

export function usePauseSource() {
  const client = useQueryClient();
  return useMutation<Source, Problem, { source: string; paused: boolean }>({
    mutationFn: ({ source, paused }) =>
      put<Source>(`/sources/${encodeURIComponent(source)}/schedule`, { paused }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['sources'] }),
  });
}

// The event a new question begins with: what the model's first metric counts, else the most frequent one.
export function useMainEvent(): string | undefined {
  const events = useEvents();
  const metrics = useMetrics();
  if (metrics.isPending) return undefined;
  const counted = metrics.data?.map((m) => m.definition.event).find((event) => typeof event === 'string');
  return counted ?? events.data?.[0]?.event;
}

export const useReport = (id: string) => useQuery<SavedReport, Problem>(one('reports', id, normalSaved));
export const useBoard = (id: string) => useQuery<Board, Problem>(one('boards', id, normalBoard));
export const useCohort = (id: string) => useQuery<Cohort, Problem>(one('cohorts', id, normalSavedCohort));

export const useKeptAside = (source: string, enabled: boolean) =>
  useQuery({
    queryKey: ['kept-aside', source],
    queryFn: ({ signal }) =>
      get<KeptAside>(`/sources/${encodeURIComponent(source)}/kept-aside?limit=100`, signal),
    enabled,
  });

export interface ReportBody {
  name: string;
  description?: string;
  report: Report | UsersReport;
  view?: View | undefined;
}
export interface BoardBody {
  name: string;
  description?: string;
  cards: Card[];
}
export interface CohortBody {
  name: string;
  definition: CohortDefinition;
}

// Creates without `id`, replaces with one. The list and the thing itself are asked for again.
function useSave<T extends { id: string }, B>(
  kind: 'reports' | 'boards' | 'cohorts',
  normal: (thing: T) => T,
) {
  const client = useQueryClient();
  return useMutation<T, Problem, { id?: string | undefined; body: B }>({
    mutationFn: ({ id, body }) =>
      id ? put<T>(`/${kind}/${encodeURIComponent(id)}`, body) : post<T>(`/${kind}`, body),
    onSuccess: (saved) => {
      client.setQueryData([kind, saved.id], normal(saved));
      return client.invalidateQueries({ queryKey: [kind], exact: true });
    },
  });
}

export const useSaveReport = () => useSave<SavedReport, ReportBody>('reports', normalSaved);
export const useSaveBoard = () => useSave<Board, BoardBody>('boards', normalBoard);
export const useSaveCohort = () => useSave<Cohort, CohortBody>('cohorts', normalSavedCohort);

export function useRemove(kind: 'reports' | 'boards' | 'cohorts') {
  const client = useQueryClient();
  return useMutation<void, Problem, string>({
    mutationFn: (id) => remove(`/${kind}/${encodeURIComponent(id)}`),
    onSuccess: () => client.invalidateQueries({ queryKey: [kind], exact: true }),
  });
}

export const asProblem = (error: unknown): Problem =>
  error instanceof Problem
    ? error
    : new Problem(
        0,
        'Something in this page went wrong',
        error instanceof Error ? error.message : String(error),
      );
