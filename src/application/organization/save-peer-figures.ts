import { type PeerFigures, peerFigures } from '../../domain/analytics/peer-comparison.ts';
import type { Service } from '../../domain/provenance.ts';
import { untilKnown } from '../people/without-forgotten.ts';
import type { PeerFiguresStore, PeerSource } from '../ports/cohorts.ts';
import type { Forgotten } from '../ports/people.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { UpstreamError } from '../ports/upstream-error.ts';
import { peopleOf, practiceOf, questionsOf, resultsOf, rollOf } from './walks.ts';

export interface SavePeerFiguresDeps {
  upstreams: UpstreamReplies;
  store: PeerFiguresStore;
  /** Nothing is kept of people who were erased. */
  forgotten: Pick<Forgotten, 'among'>;
  /** Epoch ms; the round. */
  now: number;
  signal: AbortSignal;
}

/** People in one call of the store. */
const pageSize = 1000;

const isLive = ({ dataSource }: Pick<Reply<unknown>, 'dataSource'>): boolean =>
  dataSource === 'realtime' || dataSource === 'cached';

/** What a walk gave; `not_configured` for a service that there is none of. */
const orNone = <T>(walk: Promise<Reply<T>>): Promise<Reply<T> | 'not_configured'> =>
  walk.catch((error: unknown) => {
    if (error instanceof UpstreamError && error.failure === 'not_configured') return 'not_configured';
    throw error;
  });

const sourceOf = (reply: Reply<unknown> | 'not_configured'): PeerSource =>
  reply === 'not_configured' ? reply : { asOf: reply.asOf, isKnown: reply.value !== null };

const listIn = <T>(reply: Reply<T | null> | 'not_configured'): T | null =>
  reply === 'not_configured' ? null : reply.value;

function* pagesOf(people: Iterable<PeerFigures>): Generator<PeerFigures[]> {
  let page: PeerFigures[] = [];
  for (const person of people) {
    page.push(person);
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

async function walksOf(upstreams: UpstreamReplies, organizationId: string, now: number) {
  const [people, roll, results, practice, questions] = await Promise.all([
    peopleOf(upstreams, organizationId, now),
    rollOf(upstreams, organizationId, now),
    orNone(resultsOf(upstreams, organizationId, now)),
    orNone(practiceOf(upstreams, organizationId, now)),
    orNone(questionsOf(upstreams, organizationId, now)),
  ]);
  return { people, roll, results, practice, questions };
}

/**
 * Keeps what an organization's learners are compared by, as its lists tell it now. Whole and live or not at all: while
 * a list cannot be read, or is only known from before, what was kept stays.
 * @returns how many people were saved; 0 = nothing was changed.
 * @throws whatever the store failed with.
 */
export async function savePeerFigures(
  organizationId: string,
  { upstreams, store, forgotten, now, signal }: SavePeerFiguresDeps,
): Promise<{ people: number }> {
  const walks = await walksOf(upstreams, organizationId, now).catch((error: unknown) => {
    signal.throwIfAborted();
    if (error instanceof UpstreamError) return null;
    throw error;
  });
  if (walks === null) return { people: 0 };
  const { people, roll, results, practice, questions } = walks;
  const all = [people, roll, results, practice, questions];
  const replies = all.filter((walk) => walk !== 'not_configured');
  if (people.value === null || roll.value === null || !replies.every(isLive)) return { people: 0 };
  const lists = {
    people: people.value,
    roll: roll.value,
    results: listIn(results),
    practice: listIn(practice),
    questions: listIn(questions),
  };
  let saved = 0;
  for (const page of pagesOf(peerFigures(lists))) {
    signal.throwIfAborted();
    saved += await untilKnown(async () => {
      const gone = await forgotten.among(page.map(({ userId }) => userId));
      const told = page.filter(({ userId }) => !gone.has(userId));
      await store.save(organizationId, now, told);
      return told.length;
    });
  }
  if (saved === 0) return { people: 0 };
  const asOf = Math.min(...replies.map((reply) => reply.asOf));
  await store.finish(organizationId, now, asOf, {
    directory: sourceOf(people),
    courses: sourceOf(roll),
    assessment: sourceOf(results),
    devlab: sourceOf(practice),
    rag: sourceOf(questions),
  } satisfies Partial<Record<Service, PeerSource>>);
  return { people: saved };
}
