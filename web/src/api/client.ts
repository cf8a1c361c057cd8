// The only place that talks to the server. Every failure leaves as a Problem with words for the page.
export interface FieldProblem {
  path: string;
  message: string;
}

export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: FieldProblem[] = [],
  ) {
    super(detail || title);
    this.name = 'Problem';
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text().catch(() => '');
  try {
    const body = JSON.parse(text) as { title?: string; detail?: string; errors?: FieldProblem[] };
    return new Problem(
      response.status,
      body.title ?? 'The server refused this',
      body.detail ?? '',
      body.errors ?? [],
    );
  } catch {
    return new Problem(
      response.status,
      'The server gave an answer that cannot be read',
      `Status ${response.status}.`,
    );
  }
}

async function call<T>(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: {
        Accept: 'application/json',
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(
      0,
      'The server cannot be reached',
      'Check that starling serve is running, then try again.',
    );
  }
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as T;
  try {
    return (await response.json()) as T;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Problem(
      response.status,
      'The server gave an answer that cannot be read',
      'The answer was not JSON.',
    );
  }
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> =>
  call<T>('GET', path, undefined, signal);
export const post = <T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> =>
  call<T>('POST', path, body, signal);
export const put = <T>(path: string, body: unknown): Promise<T> => call<T>('PUT', path, body);
export const remove = (path: string): Promise<void> => call<void>('DELETE', path);
