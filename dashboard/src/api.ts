/** The API as this page uses it: one client, a session per tab, sections of one shape. */
import {
  type AnswerOf,
  createClient,
  type DashboardAnswer,
  type DashboardAudience,
  type DashboardPart,
  isApiError,
  type ProblemCode,
  type SectionName,
  type Session,
  type SessionStore,
} from 'learning-analytics-client';
import { createContext } from 'preact';
import { type Dispatch, type StateUpdater, useCallback, useContext, useEffect, useState } from 'preact/hooks';
import { patiently } from './patience.ts';

const key = 'learning-analytics.session';

/** The session lasts as long as the tab: nothing of it is left on a shared machine. */
function tabStore(): SessionStore {
  const read = (): Session | null => {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? 'null') as Session | null;
    } catch {
      return null;
    }
  };
  return {
    read,
    write: (session) => {
      // With it goes whatever else the tab knows, such as the reports that were ordered.
      if (session === null) sessionStorage.clear();
      else sessionStorage.setItem(key, JSON.stringify(session));
    },
  };
}

export type { AnswerOf };

export const sessionEnd = new EventTarget();
/** `ready` events whose detail is the id of a report that is. */
export const reportNews = new EventTarget();
export const client = createClient({
  store: tabStore(),
  onSessionEnd: () => sessionEnd.dispatchEvent(new Event('end')),
});

export interface Meta {
  dataSource: AnswerOf<'get', '/api/v1/gamification/stats/{userId}'>['meta']['dataSource'];
  asOf: string;
  complete: boolean;
  sources: { service: string; dataSource: string | null; asOf: string | null; error?: string }[];
  missing: { field: string; reason: string; service?: string }[];
  model?: { id: string; version: string | number; auc?: number | null; brier?: number | null };
  /** Who put the figures into words. */
  narrative?: { source: 'model' | 'rules'; model: string | null } | null;
}

/** One card: `data` is null exactly when there is an `error`. */
export interface Section<T> {
  status: 'ok' | 'partial' | 'unavailable' | 'denied';
  data: T | null;
  meta: Meta | null;
  error?: { code: ProblemCode; requestId?: string | null };
}

type DataOf<T> = T extends { data: infer D } ? NonNullable<D> : never;
export type Data<A extends DashboardAudience, N extends SectionName<A>> = DataOf<
  Required<DashboardAnswer<A>['data']['sections']>[N]
>;
export type Gamification<N extends 'stats' | 'streak'> = DataOf<
  AnswerOf<'get', `/api/v1/gamification/${N}/{userId}`>
>;

/** Asking again is of no use. */
const denials: ReadonlySet<string> = new Set(['FORBIDDEN', 'PREDICTION_OPTED_OUT', 'FEATURE_OFF']);

/** What a thrown problem is to a card. */
export function failedSection(thrown: unknown): Section<never> {
  const problem = isApiError(thrown) ? thrown.problem : { code: 'UNREADABLE_ANSWER' as const };
  const requestId = 'requestId' in problem ? problem.requestId : null;
  return {
    status: denials.has(problem.code) ? 'denied' : 'unavailable',
    data: null,
    meta: null,
    error: { code: problem.code, requestId },
  };
}

/**
 * Whether it is the turn of answers beside the dashboard: a browser asks a server few things at once, and what is
 * looked at first comes first.
 */
export const Turn = createContext(true);

/** What a card is told of an answer that is its own. */
export interface Asked<T> {
  /** Undefined while it is on its way, or not asked for. */
  section: Section<T> | undefined;
  /** The server is making the figures for the first time. */
  isBeingMade: boolean;
  retry: () => void;
}

/** A single answer as a card of its own, asked for again when `about` changes; null = not asked for yet. */
export function useAnswer<T>(
  ask: (signal: AbortSignal) => Promise<{ data: T; meta: Meta }>,
  about: string | null,
): Asked<T> {
  const [told, setTold] = useState<{ about: string; section: Section<T> }>();
  const [isBeingMade, setBeingMade] = useState(false);
  const [round, setRound] = useState(0);
  const isTurn = useContext(Turn);
  useEffect(() => {
    if (about === null || !isTurn) return;
    const left = new AbortController();
    patiently(ask, left.signal, (reason) => setBeingMade(reason === 'being_made'))
      .then(({ data, meta }) => ({
        status: meta.complete ? ('ok' as const) : ('partial' as const),
        data,
        meta,
      }))
      .catch(failedSection)
      .then((section) => {
        if (left.signal.aborted) return;
        setTold({ about, section });
        setBeingMade(false);
      });
    return () => left.abort();
  }, [about, round, isTurn]);
  // What was told about something else is no answer, not even for a moment.
  const section = told?.about === about ? told?.section : undefined;
  return { section, isBeingMade, retry: () => setRound((n) => n + 1) };
}

type Sections<A extends DashboardAudience> = { [N in SectionName<A>]?: Section<Data<A, N>> };
type Part = { type: 'section'; name: string; section: Section<unknown> } | { type: 'done' };

async function read<A extends DashboardAudience>(
  open: () => AsyncGenerator<DashboardPart<A>, void, undefined>,
  names: readonly SectionName<A>[],
  signal: AbortSignal,
  set: Dispatch<StateUpdater<Sections<A>>>,
): Promise<void> {
  const missing = new Set<string>(names as readonly string[]);
  const take = (part: Part) => {
    if (signal.aborted || part.type !== 'section') return;
    missing.delete(part.name);
    set((known) => ({ ...known, [part.name]: part.section }));
  };
  const begin = async () => {
    const parts = open();
    return { first: await parts.next(), parts };
  };
  try {
    const { first, parts } = await patiently(begin, signal);
    if (!first.done) take(first.value as Part);
    for await (const part of parts) take(part as Part);
  } catch (thrown) {
    if (signal.aborted) return;
    const failed = failedSection(thrown);
    // What has not come will not come; what is there stays.
    set((known) => ({ ...Object.fromEntries([...missing].map((name) => [name, failed])), ...known }));
  }
}

/** A dashboard, its sections as they arrive by the event stream. */
export function useDashboard<A extends DashboardAudience>(
  audience: A,
  id: string,
  names: readonly SectionName<A>[],
): { sections: Sections<A>; retry: (name: SectionName<A>) => void; reload: () => void } {
  const [sections, setSections] = useState<Sections<A>>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const left = new AbortController();
    setSections({});
    const open = () => client.dashboard(audience, id, { signal: left.signal });
    void read(open, names, left.signal, setSections);
    return () => left.abort();
  }, [audience, id, round]);
  const retry = useCallback(
    (name: SectionName<A>) => {
      const never = new AbortController().signal;
      setSections(({ [name]: _gone, ...rest }) => rest as Sections<A>);
      void read(() => client.dashboard(audience, id, { include: [name] }), [name], never, setSections);
    },
    [audience, id],
  );
  return { sections, retry, reload: () => setRound((n) => n + 1) };
}
