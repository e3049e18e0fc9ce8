import type { People } from '../../domain/organization/people.ts';
import { dayMs } from '../../domain/time.ts';
import { eachPage, type Page } from '../ports/page.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { failureOf, UpstreamError } from '../ports/upstream-error.ts';

/** Somebody is active who did something in the last so many days. */
const activeDays = 30;

interface Seen {
  userId: string;
  /** Epoch ms; null = not known. */
  at: number | null;
}

type Pages<Row> = (cursor: string | null) => Promise<Reply<Page<Row>>>;

async function eachRow<Row>(pages: Pages<Row>, read: (row: Row) => Seen, note: (seen: Seen) => void) {
  for await (const rows of eachPage(async (cursor) => (await pages(cursor)).value)) {
    for (const row of rows) note(read(row));
  }
}

/** Whether a list is only not there: it can then show nobody to be active. A caller who left is another matter. */
const isAbsent = (error: unknown): boolean =>
  error instanceof UpstreamError && failureOf(error) !== 'cancelled';

/**
 * Ids of the learners who took part in a course, an assessment or an exercise in the last 30 days, in order. Lists go by
 * page by page and leave one bit a person behind. A list other than the roll may be missing; where nothing at all is
 * dated nobody is known to be idle, and all are in.
 * @throws UpstreamError when the roll cannot be read.
 */
export async function activeLearners(
  { courses, assessment, devlab }: UpstreamReplies,
  organizationId: string,
  people: People,
  now: number,
): Promise<string[]> {
  const since = now - activeDays * dayMs;
  const active = new Uint8Array(people.places.size);
  let isDated = false;
  function note({ userId, at }: Seen): void {
    const place = people.places.get(userId);
    if (place === undefined || at === null) return;
    isDated = true;
    if (at > since) active[place] = 1;
  }
  await eachRow(
    (cursor) => courses.organizationEnrollments(organizationId, cursor),
    ({ userId, lastActivityAt }) => ({ userId, at: lastActivityAt }),
    note,
  );
  const others = [
    eachRow(
      (cursor) => assessment.organizationResults(organizationId, cursor),
      ({ userId, lastSubmittedAt }) => ({ userId, at: lastSubmittedAt }),
      note,
    ),
    eachRow(
      (cursor) => devlab.organizationPractice(organizationId, cursor),
      ({ userId, lastAt }) => ({ userId, at: lastAt }),
      note,
    ),
  ];
  for (const end of await Promise.allSettled(others))
    if (end.status === 'rejected' && !isAbsent(end.reason)) throw end.reason;
  return [...people.places].flatMap(([id, place]) => (!isDated || active[place] === 1 ? [id] : [])).sort();
}
