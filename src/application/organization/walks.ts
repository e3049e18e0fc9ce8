/**
 * Walks through a whole organization: the batch lists of the services, page by page, folded into columns. Each is
 * shared between all who ask (`shared`), so that the analytics of a dashboard read every list once.
 */
import { continuityWindowDays, samplePeople } from '../../domain/analytics/learning-culture.ts';
import type { OrganizationSkill } from '../../domain/learning/skill.ts';
import {
  practiceBuilder,
  questionsBuilder,
  resultsBuilder,
  skillsBuilder,
} from '../../domain/organization/columns.ts';
import { type People, peopleBuilder } from '../../domain/organization/people.ts';
import { rollBuilder } from '../../domain/organization/roll.ts';
import type { Service } from '../../domain/provenance.ts';
import { dayOf, isTimeZone } from '../../domain/time.ts';
import { aFewAtOnce } from '../a-few-at-once.ts';
import { lastDaysWindow } from '../analytics/define.ts';
import { Origins } from '../origins.ts';
import { eachPage, type Page } from '../ports/page.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { failureOf, UpstreamError } from '../ports/upstream-error.ts';

interface Builder<Row, Columns> {
  add(rows: readonly Row[]): void | Promise<void>;
  done(): Columns | Promise<Columns>;
}

/** Lets other requests have their turn: a page is a millisecond's work, a thousand of them in a row are not. */
const takeTurns = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A list that never ends is found out here, where its service is known. */
const named = (error: unknown, service: Service): unknown =>
  error instanceof UpstreamError && error.service === undefined
    ? new UpstreamError(error.failure, error.message, { service, cause: error })
    : error;

const isUnknown = (error: unknown): boolean => failureOf(error) === 'not_found';

/**
 * Folds all pages of a list; as old as its oldest page and as good as its worst. Null = the service does not know
 * the organization.
 */
async function walk<Row, Columns>(
  service: Service,
  now: number,
  fetchPage: (cursor: string | null) => Promise<Reply<Page<Row>>>,
  builder: Builder<Row, Columns>,
  mostRows?: number,
): Promise<Reply<Columns | null>> {
  const origins = new Origins(now);
  const pages = eachPage(async (cursor) => origins.note(await fetchPage(cursor)).value, mostRows);
  try {
    for await (const rows of pages) {
      await builder.add(rows);
      await takeTurns();
    }
  } catch (error) {
    if (isUnknown(error)) return { value: null, service, ...origins.worst };
    throw named(error, service);
  }
  return { value: await builder.done(), service, ...origins.worst };
}

/** More people than this are no organization: each has a name and a place in memory. */
const mostPeople = 1_000_000;

/** Everyone who learns in an organization, with their departments. */
export const peopleOf = (
  upstreams: UpstreamReplies,
  organizationId: string,
  now: number,
): Promise<Reply<People | null>> =>
  upstreams.shared(`people ${organizationId}`, ['directory'], async ({ directory }) => {
    const { value: organization } = await directory.organization(organizationId);
    const zone = organization?.timeZone ?? 'UTC';
    return walk(
      'directory',
      now,
      (cursor) => directory.members(organizationId, cursor),
      peopleBuilder(isTimeZone(zone) ? zone : 'UTC'),
      mostPeople,
    );
  });

/** Pages that may wait for the people to be numbered. */
const mostWaiting = 50;

/** Takes rows from the first page on, though they can only be placed when all people have been read. */
function afterPeople<Row, Columns>(
  coming: Promise<People | null>,
  builderOf: (people: People) => Builder<Row, Columns>,
): Builder<Row, Columns | null> {
  let builder: Builder<Row, Columns> | null | undefined;
  const known = coming.then((people) => {
    builder = people && builderOf(people);
  });
  // Whoever waits for the people hears of it.
  known.catch(() => undefined);
  let waiting: (readonly Row[])[] = [];
  async function place(): Promise<void> {
    const rows = waiting;
    waiting = [];
    for (const page of rows) {
      await builder?.add(page);
      await takeTurns();
    }
  }
  return {
    add: async (rows) => {
      waiting.push(rows);
      if (waiting.length > mostWaiting) await known;
      if (builder !== undefined) await place();
    },
    done: async () => {
      await known;
      await place();
      return (await builder?.done()) ?? null;
    },
  };
}

/** Columns, and the people whose places they are by; held weakly, as they have an entry of their own. */
interface Listed<Columns> {
  columns: Columns;
  people: WeakRef<People>;
}

/**
 * A walk of one list over the people of the organization. People and lists are kept apart and end apart, and a place
 * means somebody else once the people have been read anew: a list that was read with others in mind is read again.
 */
function listOf<Row, Columns>(
  name: string,
  service: Service,
  pageOf: (
    upstreams: UpstreamReplies,
    organizationId: string,
    cursor: string | null,
  ) => Promise<Reply<Page<Row>>>,
  builderOf: (people: People, now: number) => Builder<Row, Columns>,
) {
  return async (
    upstreams: UpstreamReplies,
    organizationId: string,
    now: number,
  ): Promise<Reply<Columns | null>> => {
    const listed = async (
      asked: UpstreamReplies,
      coming: Promise<People | null>,
    ): Promise<Reply<Listed<Columns> | null>> => {
      const fetchPage = (cursor: string | null) => pageOf(asked, organizationId, cursor);
      const builder = afterPeople(coming, (people) => builderOf(people, now));
      const { value: columns, ...from } = await walk(service, now, fetchPage, builder);
      const people = await coming;
      return { ...from, value: people && columns && { columns, people: new WeakRef(people) } };
    };
    const key = `${name} ${organizationId}`;
    const [{ value: people, asOf }, known] = await Promise.all([
      peopleOf(upstreams, organizationId, now),
      upstreams.shared(key, [service, 'directory'], (asked) =>
        listed(
          asked,
          peopleOf(asked, organizationId, now).then(({ value }) => value),
        ),
      ),
    ]);
    const isOfThese = known.value === null || known.value.people.deref() === people;
    const list =
      people === null || isOfThese
        ? known
        : await upstreams.shared(`${key} ${asOf}`, [service], (asked) =>
            listed(asked, Promise.resolve(people)),
          );
    return { ...list, value: people === null ? null : (list.value?.columns ?? null) };
  };
}

export const rollOf = listOf(
  'roll',
  'courses',
  ({ courses }, id, cursor) => courses.organizationEnrollments(id, cursor),
  rollBuilder,
);

export const resultsOf = listOf(
  'results',
  'assessment',
  ({ assessment }, id, cursor) => assessment.organizationResults(id, cursor),
  resultsBuilder,
);

export const practiceOf = listOf(
  'practice',
  'devlab',
  ({ devlab }, id, cursor) => devlab.organizationPractice(id, cursor),
  practiceBuilder,
);

export const questionsOf = listOf(
  'questions',
  'rag',
  ({ rag }, id, cursor) => rag.organizationQuestions(id, cursor),
  questionsBuilder,
);

export const skillsOf = listOf(
  'skills',
  'skills',
  ({ skills }, id, cursor) => skills.organizationSkills(id, cursor),
  skillsBuilder,
);

/** Ids of the people who have some of a skill. */
export const holdersOf = (
  upstreams: UpstreamReplies,
  organizationId: string,
  skillId: string,
  now: number,
): Promise<Reply<ReadonlySet<string> | null>> =>
  upstreams.shared(`holders ${organizationId} ${skillId}`, ['skills'], ({ skills }) =>
    walk(
      'skills',
      now,
      (cursor) => skills.organizationSkills(organizationId, cursor),
      holdersBuilder(skillId),
    ),
  );

function holdersBuilder(skillId: string): Builder<OrganizationSkill, ReadonlySet<string>> {
  const holders = new Set<string>();
  return {
    add: (rows) => {
      for (const row of rows) if (row.skillId === skillId && row.level >= 1) holders.add(row.userId);
    },
    done: () => holders,
  };
}

/** Asked one by one, so few at a time that a sample is not felt by anybody else. */
const sampledAtOnce = 4;

/** What a service says of each person of the organization's sample, by user id. */
function sampleOf<T>(
  name: string,
  service: Service,
  ask: (upstreams: UpstreamReplies, userId: string, now: number) => Promise<Reply<T>>,
) {
  return (
    upstreams: UpstreamReplies,
    organizationId: string,
    now: number,
  ): Promise<Reply<ReadonlyMap<string, T> | null>> =>
    upstreams.shared(`sample ${name} ${organizationId}`, [service, 'directory'], async (asked) => {
      const { value: people, ...from } = await peopleOf(asked, organizationId, now);
      if (people === null) return { ...from, service, value: null };
      const origins = new Origins(now);
      const found = new Map<string, T>();
      const sample = samplePeople(people, `${organizationId} ${dayOf(now, people.zone)}`);
      await aFewAtOnce(sample, sampledAtOnce, async (userId) => {
        found.set(userId, origins.note(await ask(asked, userId, now)).value);
        await takeTurns();
      });
      return { value: found, service, ...origins.worst };
    });
}

export const sampledProgressOf = sampleOf('progress', 'courses', ({ courses }, userId) =>
  courses.progress(userId),
);

/** Views of the last days in which a streak is looked for. */
export const sampledViewsOf = sampleOf('views', 'content', ({ content }, userId, now) =>
  content.views(userId, lastDaysWindow(now, continuityWindowDays)),
);
