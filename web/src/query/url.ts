// The link is the state: ?q= holds {v, report, view} as base64url JSON. A link made today opens the same question for ever,
// so the version only rises when an old document needs a change on reading, and reading old versions stays.
import { normalCohort, normalReport } from './normal';
import type { CohortDefinition, Report, View } from './types';
import { isObject, readView } from './view';

export const linkVersion = 1;

export interface Question<R extends Report = Report> {
  report: R;
  view: View;
}

const toBase64Url = (text: string): string => {
  const bytes = new TextEncoder().encode(text);
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
};

const fromBase64Url = (text: string): string => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(binary, (c) => c.charCodeAt(0)));
};

export function writeLink({ report, view }: Question): string {
  const document: Record<string, unknown> = { v: linkVersion, report };
  if (Object.keys(view).length > 0) document.view = view;
  return toBase64Url(JSON.stringify(document));
}

export type ReadLink = { question: Question } | { problem: string };

// What a link says, or why it cannot be read, in words for the reader of the page.
export function readLink(q: string): ReadLink {
  let document: unknown;
  try {
    document = JSON.parse(fromBase64Url(q));
  } catch {
    return {
      problem: 'The link is cut short or was changed on the way. Ask for it again, or start a new report.',
    };
  }
  if (!isObject(document) || typeof document.v !== 'number')
    return { problem: 'The link does not hold a report.' };
  if (document.v > linkVersion)
    return { problem: 'The link was made by a newer version of Starling. Update this server to open it.' };
  const report = document.report;
  if (!isObject(report)) return { problem: 'The link does not hold a report.' };
  const view = readView(document.view);
  if (report.report === 'insights' && Array.isArray(report.metrics) && report.metrics.every(isObject))
    return { question: { report: normalReport(report as unknown as Report), view } };
  if (report.report === 'retention' && isObject(report.born) && isObject(report.returned))
    return { question: { report: normalReport(report as unknown as Report), view } };
  for (const [kind, list] of [
    ['funnel', report.steps],
    ['flow', report.anchors],
  ])
    if (report.report === kind && Array.isArray(list) && list.every(isObject))
      return { question: { report: report as unknown as Report, view } };
  return { problem: `The link holds a report of a kind this page cannot draw: ${String(report.report)}.` };
}

export const reportPath = (question: Question): string =>
  `/${question.report.report}?q=${writeLink(question)}`;

// A cohort that is being built lives in its link too: ?d= holds {v, cohort}.
export const writeDraft = (cohort: CohortDefinition): string =>
  toBase64Url(JSON.stringify({ v: linkVersion, cohort }));

export function readDraft(d: string): CohortDefinition | null {
  try {
    const document: unknown = JSON.parse(fromBase64Url(d));
    if (!isObject(document) || document.v !== linkVersion || !isObject(document.cohort)) return null;
    const list = document.cohort.all ?? document.cohort.any;
    return Array.isArray(list) && list.every(isObject)
      ? normalCohort(document.cohort as unknown as CohortDefinition)
      : null;
  } catch {
    return null;
  }
}
