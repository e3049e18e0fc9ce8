/**
 * Walks through a whole organization: the batch lists of the services, page by page, folded into columns. Each is
 * shared between all who ask (`shared`), so that the analytics of a dashboard read every list once.
 */
import type { OrganizationSkill } from '../../domain/learning/skill.ts';
import {
  practiceBuilder,
  questionsBuilder,
  resultsBuilder,
  skillsBuilder,
} from '../../domain/organization/columns.ts';
import { type People, peopleBuilder } from '../../domain/organization/people.ts';
import { rollBuilder } from '../../domain/organization/roll.ts';
import { type Service, worstSource } from '../../domain/provenance.ts';
import { isTimeZone } from '../../domain/time.ts';
import { eachPage, type Page } from '../ports/page.ts';
import type { Reply, UpstreamReplies } from '../ports/reply.ts';
import { failureOf, UpstreamError } from '../ports/upstream-error.ts';

interface Builder<Row, Columns> {
  add(rows: readonly Row[]): void;
  done(): Columns;
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
): Promise<Reply<Columns | null>> {
  let dataSource: Reply<unknown>['dataSource'] = 'realtime';
  let asOf = now;
  const pages = eachPage(async (cursor) => {
    const reply = await fetchPage(cursor);
    dataSource = worstSource([dataSource, reply.dataSource]);
    asOf = Math.min(asOf, reply.asOf);
    return reply.value;
  });
  try {
    for await (const rows of pages) {
      builder.add(rows);
      await takeTurns();
    }
  } catch (error) {
    if (isUnknown(error)) return { value: null, service, dataSource, asOf };
    throw named(error, service);
  }
  return { value: builder.done(), service, dataSource, asOf };
}

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
    );
  });

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
    const listed = async (asked: UpstreamReplies, people: People): Promise<Reply<Listed<Columns> | null>> => {
      const fetchPage = (cursor: string | null) => pageOf(asked, organizationId, cursor);
      const { value: columns, ...from } = await walk(service, now, fetchPage, builderOf(people, now));
      return { ...from, value: columns && { columns, people: new WeakRef(people) } };
    };
    const key = `${name} ${organizationId}`;
    const [{ value: people, asOf }, known] = await Promise.all([
      peopleOf(upstreams, organizationId, now),
      upstreams.shared(key, [service, 'directory'], async (asked) => {
        const { value: own, ...from } = await peopleOf(asked, organizationId, now);
        return own === null ? { ...from, service, value: null } : listed(asked, own);
      }),
    ]);
    const isOfThese = known.value === null || known.value.people.deref() === people;
    const list =
      people === null || isOfThese
        ? known
        : await upstreams.shared(`${key} ${asOf}`, [service], (asked) => listed(asked, people));
    return { ...list, value: people && list.value && list.value.columns };
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
