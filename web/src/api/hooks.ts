// What pages ask for, cached and shared. Answers to questions are kept on screen while the next one is on its way.
import { keepPreviousData, QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type {
  CohortDefinition,
  InsightsReport,
  Reference,
  Report,
  RetentionReport,
  UsersReport,
} from '../query/types';
import { get, Problem, post, put, remove } from './client';
import type {
  Board,
  Card,
  Cohort,
  EventInfo,
  InsightsResult,
  KeptAside,
  Project,
  Property,
  PropertyValue,
  RetentionResult,
  SavedMetric,
  SavedReport,
  Source,
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
  : R extends RetentionReport
    ? RetentionResult
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

const list = <T>(path: string, key: string) => ({
  queryKey: [key],
  queryFn: ({ signal }: { signal: AbortSignal }) => get<Record<string, T[]>>(path, signal),
  select: (answer: Record<string, T[]>) => answer[key] ?? [],
});

export const useReports = () => useQuery(list<SavedReport>('/reports', 'reports'));
export const useBoards = () => useQuery(list<Board>('/boards', 'boards'));
export const useCohorts = () => useQuery(list<Cohort>('/cohorts', 'cohorts'));
export const useMetrics = () => useQuery(list<SavedMetric>('/metrics', 'metrics'));
export const useSources = () => useQuery({ ...list<Source>('/sources', 'sources'), refetchInterval: 10_000 });

const one = <T>(kind: string, id: string) => ({
  queryKey: [kind, id],
  queryFn: ({ signal }: { signal: AbortSignal }) => get<T>(`/${kind}/${encodeURIComponent(id)}`, signal),
  enabled: id !== '',
});

export const useReport = (id: string) => useQuery<SavedReport, Problem>(one<SavedReport>('reports', id));
export const useBoard = (id: string) => useQuery<Board, Problem>(one<Board>('boards', id));
export const useCohort = (id: string) => useQuery<Cohort, Problem>(one<Cohort>('cohorts', id));

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
  report: Report;
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
function useSave<T extends { id: string }, B>(kind: 'reports' | 'boards' | 'cohorts') {
  const client = useQueryClient();
  return useMutation<T, Problem, { id?: string | undefined; body: B }>({
    mutationFn: ({ id, body }) =>
      id ? put<T>(`/${kind}/${encodeURIComponent(id)}`, body) : post<T>(`/${kind}`, body),
    onSuccess: (saved) => {
      client.setQueryData([kind, saved.id], saved);
      return client.invalidateQueries({ queryKey: [kind], exact: true });
    },
  });
}

export const useSaveReport = () => useSave<SavedReport, ReportBody>('reports');
export const useSaveBoard = () => useSave<Board, BoardBody>('boards');
export const useSaveCohort = () => useSave<Cohort, CohortBody>('cohorts');

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
