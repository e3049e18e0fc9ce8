import { describe, expect, it, vi } from 'vitest';
import {
  holdersOf,
  peopleOf,
  practiceOf,
  questionsOf,
  resultsOf,
  rollOf,
  skillsOf,
} from '../../../src/application/organization/walks.ts';
import type { Page } from '../../../src/application/ports/page.ts';
import type { Reply, UpstreamReplies } from '../../../src/application/ports/reply.ts';
import { UpstreamError } from '../../../src/application/ports/upstream-error.ts';
import type { OrganizationEnrolment } from '../../../src/domain/learning/enrolment.ts';
import type { Member } from '../../../src/domain/learning/person.ts';
import { peopleWith } from '../../../src/domain/organization/columns.ts';
import type { DataSource, Service } from '../../../src/domain/provenance.ts';
import { dayMs } from '../../../src/domain/time.ts';
import { failure, reply, stubUpstreams } from '../../fixtures/stubs.ts';

const now = Date.parse('2026-03-10T12:00:00Z');
const organization = { id: 'org-1', name: null, timeZone: 'Asia/Jerusalem', size: null, industry: null };

const member = (userId: string, changes: Partial<Member> = {}): Member => ({
  userId,
  organizationId: 'org-1',
  fullName: null,
  departmentId: null,
  departmentName: null,
  teamId: null,
  managerId: null,
  position: null,
  roles: ['learner'],
  hiredAt: null,
  isActive: true,
  ...changes,
});

const enrolment = (userId: string, changes: Partial<OrganizationEnrolment> = {}): OrganizationEnrolment => ({
  userId,
  courseId: 'c-1',
  organizationId: 'org-1',
  enrolledAt: now - 70 * dayMs,
  dueAt: null,
  status: 'in_progress',
  completedTopics: 20,
  totalTopics: 40,
  lastActivityAt: now - dayMs,
  completedAt: null,
  withdrawnAt: null,
  ...changes,
});

type Ending<Row> = { rows: Row[]; dataSource?: DataSource; asOf?: number } | UpstreamError;

/** A list of pages whose cursors are their numbers, and the cursors it was asked for. */
function pagesOf<Row>(service: Service, pages: readonly Ending<Row>[]) {
  const asked: (string | null)[] = [];
  const fetch = (_organizationId: string, cursor: string | null): Promise<Reply<Page<Row>>> => {
    asked.push(cursor);
    const at = Number(cursor ?? 0);
    const page = pages[at] ?? new Error('there is no such page');
    if (page instanceof Error) return Promise.reject(page);
    const nextCursor = at + 1 < pages.length ? String(at + 1) : null;
    return reply(service, { items: page.rows, nextCursor }, page.dataSource, page.asOf ?? now);
  };
  return { asked, fetch };
}

/** An organization whose directory has these pages of people, and whatever else a test names. */
function withPeople(
  pages: readonly Ending<Member>[],
  others: Parameters<typeof stubUpstreams>[0] = {},
  known: typeof organization | null = organization,
) {
  const people = pagesOf('directory', pages);
  const directory = { organization: () => reply('directory', known), members: people.fetch };
  return { upstreams: stubUpstreams({ directory, ...others }), asked: people.asked };
}

const ids = (people: { places: ReadonlyMap<string, number> } | null) => [...(people?.places.keys() ?? [])];
const a = member('a', { departmentId: 'd-1', departmentName: 'One' });
const b = member('b', { departmentId: 'd-2' });
const c = member('c');

describe('a walk through the people of an organization', () => {
  it('folds the pages in their order, in the time zone of the organization', async () => {
    const { upstreams, asked } = withPeople([{ rows: [b] }, { rows: [] }, { rows: [a, c] }]);
    const { value, ...from } = await peopleOf(upstreams, 'org-1', now);
    expect(asked).toEqual([null, '1', '2']);
    expect(ids(value)).toEqual(['b', 'a', 'c']);
    expect(value?.departments.map(({ departmentId }) => departmentId)).toEqual(['d-2', 'd-1', 'unassigned']);
    expect(value?.zone).toBe('Asia/Jerusalem');
    expect(from).toEqual({ service: 'directory', dataSource: 'realtime', asOf: now });
  });

  it.each([
    ['unknown', null],
    ['without a zone', { ...organization, timeZone: null }],
    ['with a zone that is none', { ...organization, timeZone: 'Mars/Olympus' }],
  ])('counts days in UTC for an organization %s', async (_name, known) => {
    const { upstreams } = withPeople([{ rows: [a] }], {}, known as typeof organization | null);
    expect((await peopleOf(upstreams, 'org-1', now)).value?.zone).toBe('UTC');
  });

  it('is as old as its oldest page and as good as its worst', async () => {
    const { upstreams } = withPeople([
      { rows: [a], asOf: now - 5 },
      { rows: [b], asOf: now - 9000, dataSource: 'stale' },
      { rows: [c], asOf: now - 20, dataSource: 'cached' },
    ]);
    const people = await peopleOf(upstreams, 'org-1', now);
    expect(people).toMatchObject({ dataSource: 'stale', asOf: now - 9000 });
  });

  it('counts a person once, in the first row’s department, however many pages they are on', async () => {
    const { upstreams } = withPeople([{ rows: [a, a] }, { rows: [b, { ...a, departmentId: 'd-2' }] }]);
    const { value } = await peopleOf(upstreams, 'org-1', now);
    expect(ids(value)).toEqual(['a', 'b']);
    expect([...(value?.departmentOf ?? [])]).toEqual([0, 1]);
  });

  it('is null when the service does not know the organization', async () => {
    const { upstreams } = withPeople([new UpstreamError('not_found', '404', { service: 'directory' })]);
    expect(await peopleOf(upstreams, 'org-1', now)).toMatchObject({ service: 'directory', value: null });
  });

  it.each(['unavailable', 'timeout', 'invalid_response', 'rejected'] as const)(
    'fails with a page that is %s, first or later: half an organization is none',
    async (kind) => {
      const broken = new UpstreamError(kind, 'no', { service: 'directory' });
      await expect(peopleOf(withPeople([broken]).upstreams, 'org-1', now)).rejects.toBe(broken);
      const later = withPeople([{ rows: [a] }, broken, { rows: [b] }]);
      await expect(peopleOf(later.upstreams, 'org-1', now)).rejects.toBe(broken);
      expect(later.asked).toEqual([null, '1']);
    },
  );

  it('fails when the zone cannot be asked for: days would be counted wrongly', async () => {
    const directory = {
      organization: () => failure('directory'),
      members: pagesOf('directory', [{ rows: [a] }]).fetch,
    };
    await expect(peopleOf(stubUpstreams({ directory }), 'org-1', now)).rejects.toMatchObject({
      failure: 'unavailable',
    });
  });

  it('whose cursor repeats is an invalid response of its service, not a walk without end', async () => {
    let asked = 0;
    const members = () => {
      asked += 1;
      return reply('directory', { items: [a], nextCursor: asked % 2 === 0 ? 'even' : 'odd' });
    };
    const directory = { organization: () => reply('directory', organization), members };
    await expect(peopleOf(stubUpstreams({ directory }), 'org-1', now)).rejects.toMatchObject({
      failure: 'invalid_response',
      service: 'directory',
    });
    expect(asked).toBe(3);
  });

  it('lets other requests have their turn between its pages', async () => {
    const { upstreams, asked } = withPeople(Array.from({ length: 5 }, () => ({ rows: [a] })));
    const pagesAtTurn: number[] = [];
    let going = true;
    const turn = () => {
      pagesAtTurn.push(asked.length);
      if (going) setImmediate(turn);
    };
    setImmediate(turn);
    await peopleOf(upstreams, 'org-1', now);
    going = false;
    // The page after the one in hand is already on its way.
    for (const pages of [2, 3, 4, 5]) expect(pagesAtTurn).toContain(pages);
  });
});

describe('a walk through a list about the people of an organization', () => {
  const roll = (pages: readonly Ending<OrganizationEnrolment>[]) => {
    const rows = pagesOf('courses', pages);
    return { courses: { organizationEnrollments: rows.fetch }, asked: rows.asked };
  };

  it('tells of each person at their place, counts a row that comes twice once and strangers not at all', async () => {
    const { courses } = roll([
      { rows: [enrolment('b'), enrolment('stranger')] },
      { rows: [enrolment('b'), enrolment('b', { courseId: 'c-2', status: 'completed' }), enrolment('a')] },
    ]);
    const { upstreams } = withPeople([{ rows: [a, b, c] }], { courses });
    const { value, service } = await rollOf(upstreams, 'org-1', now);
    expect(service).toBe('courses');
    expect([...(value?.enrolments ?? [])]).toEqual([1, 2, 0]);
    expect([...(value?.completions ?? [])]).toEqual([0, 1, 0]);
    expect(value?.courses.get('c-1')).toEqual({ enrolments: 2, completions: 0 });
  });

  it('is as old and as good as its own pages', async () => {
    const { courses } = roll([
      { rows: [], dataSource: 'cached', asOf: now - 7 },
      { rows: [], asOf: now - 3 },
    ]);
    const { upstreams } = withPeople([{ rows: [a], dataSource: 'stale', asOf: now - 99 }], { courses });
    expect(await rollOf(upstreams, 'org-1', now)).toMatchObject({ dataSource: 'cached', asOf: now - 7 });
  });

  it('is null when nobody knows the organization', async () => {
    const { courses } = roll([{ rows: [] }]);
    const unknown = new UpstreamError('not_found', '404', { service: 'directory' });
    const { upstreams } = withPeople([unknown], { courses });
    expect(await rollOf(upstreams, 'org-1', now)).toMatchObject({ service: 'courses', value: null });
  });

  it('is null when only its own service does not know the organization', async () => {
    const { courses } = roll([new UpstreamError('not_found', '404', { service: 'courses' })]);
    const { upstreams } = withPeople([{ rows: [a] }], { courses });
    expect(await rollOf(upstreams, 'org-1', now)).toMatchObject({ service: 'courses', value: null });
  });

  it('fails when a page fails, or the people cannot be read', async () => {
    const broken = new UpstreamError('unavailable', 'no', { service: 'courses' });
    const { courses } = roll([{ rows: [] }, broken]);
    await expect(rollOf(withPeople([{ rows: [a] }], { courses }).upstreams, 'org-1', now)).rejects.toBe(
      broken,
    );
    const noPeople = new UpstreamError('timeout', 'no', { service: 'directory' });
    const { courses: fine } = roll([{ rows: [] }]);
    await expect(rollOf(withPeople([noPeople], { courses: fine }).upstreams, 'org-1', now)).rejects.toBe(
      noPeople,
    );
  });

  it('reads the people once for all lists that are asked for together, and every list once', async () => {
    const { courses, asked } = roll([{ rows: [enrolment('a')] }, { rows: [] }]);
    const results = pagesOf('assessment', [
      { rows: [{ userId: 'b', meanScore: 80, attempts: 4, passed: 3, lastSubmittedAt: null }] },
      { rows: [{ userId: 'b', meanScore: 90, attempts: 5, passed: 4, lastSubmittedAt: null }] },
    ]);
    const directory = withPeople([{ rows: [a, b] }, { rows: [c] }], {
      courses,
      assessment: { organizationResults: results.fetch },
    });
    const { upstreams } = directory;
    const [people, ...lists] = await Promise.all([
      peopleOf(upstreams, 'org-1', now),
      rollOf(upstreams, 'org-1', now),
      rollOf(upstreams, 'org-1', now),
      resultsOf(upstreams, 'org-1', now),
    ]);
    expect(ids(people.value)).toEqual(['a', 'b', 'c']);
    expect(lists[0].value).toBe(lists[1].value);
    // A person's second row replaces the first.
    expect([...(lists[2].value?.meanScore ?? [])]).toEqual([Number.NaN, 90, Number.NaN]);
    expect([directory.asked, asked, results.asked]).toEqual([
      [null, '1'],
      [null, '1'],
      [null, '1'],
    ]);
  });

  it('is read again when the people have been counted anew: a place is somebody else then', async () => {
    const { courses, asked } = roll([{ rows: [enrolment('b')] }]);
    let members = [a, b];
    const directory = {
      organization: () => reply('directory', organization),
      members: () => reply('directory', { items: members, nextCursor: null }, 'realtime', now),
    };
    // As in a long-lived process: the list is still kept when the people have had their time.
    const kept = new Map<string, Promise<Reply<unknown>>>();
    const ports = stubUpstreams({ directory, courses });
    const upstreams: UpstreamReplies = {
      ...ports,
      shared: <T>(
        key: string,
        _services: readonly Service[],
        make: (asked: UpstreamReplies) => Promise<Reply<T>>,
      ) => {
        const work = (kept.get(key) as Promise<Reply<T>> | undefined) ?? make(upstreams);
        kept.set(key, work);
        return work;
      },
    };
    const enrolmentsByPlace = async (at: number) => [
      ...((await rollOf(upstreams, 'org-1', at)).value?.enrolments ?? []),
    ];
    expect(await enrolmentsByPlace(now)).toEqual([0, 1]);
    members = [b, c, a];
    kept.delete('people org-1');
    expect(await enrolmentsByPlace(now + 1)).toEqual([1, 0, 0]);
    expect(await enrolmentsByPlace(now + 2)).toEqual([1, 0, 0]);
    expect(asked).toHaveLength(2);
  });

  it('is there for practice, questions and skills as well', async () => {
    const practice = pagesOf('devlab', [{ rows: [{ userId: 'a', sessions: 3, solved: 2, lastAt: null }] }]);
    const questions = pagesOf('rag', [{ rows: [{ userId: 'b', questions: 4, resolved: 1 }] }]);
    const skills = pagesOf('skills', [
      { rows: [{ userId: 'a', skillId: 's-1', level: 2 }] },
      { rows: [{ userId: 'a', skillId: 's-1', level: 2 }] },
      { rows: [{ userId: 'b', skillId: 's-1', level: 1 }] },
    ]);
    const { upstreams } = withPeople([{ rows: [a, b] }], {
      devlab: { organizationPractice: practice.fetch },
      rag: { organizationQuestions: questions.fetch },
      skills: { organizationSkills: skills.fetch },
    });
    expect([...((await practiceOf(upstreams, 'org-1', now)).value?.sessions ?? [])]).toEqual([3, 0]);
    expect([...((await questionsOf(upstreams, 'org-1', now)).value?.asked ?? [])]).toEqual([0, 4]);
    const reached = (await skillsOf(upstreams, 'org-1', now)).value;
    expect([1, 2, 3].map((level) => reached && peopleWith(reached, 2, 's-1', level))).toEqual([2, 1, 0]);
  });
});

describe('the holders of a skill', () => {
  const pages = [
    { rows: [{ userId: 'a', skillId: 's-1', level: 1 }] },
    {
      rows: [
        { userId: 'a', skillId: 's-1', level: 1 },
        { userId: 'b', skillId: 's-1', level: 0 },
        { userId: 'c', skillId: 's-2', level: 4 },
      ],
    },
  ];

  it('are those with some of it, each once, for every skill apart', async () => {
    const organizationSkills = vi.fn(pagesOf('skills', pages).fetch);
    const upstreams = stubUpstreams({ skills: { organizationSkills } });
    const holders = async (skillId: string) => [
      ...((await holdersOf(upstreams, 'org-1', skillId, now)).value ?? []),
    ];
    expect([await holders('s-1'), await holders('s-2'), await holders('s-3')]).toEqual([['a'], ['c'], []]);
  });

  it('are unknown when the service does not know the organization', async () => {
    const upstreams = stubUpstreams({ skills: { organizationSkills: () => failure('skills', 'not_found') } });
    expect((await holdersOf(upstreams, 'org-1', 's-1', now)).value).toBeNull();
  });
});
