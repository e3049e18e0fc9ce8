/** The leaderboard page by page, and cursors that nobody was given. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal, logInAll, type Member, sessionWho, tenantsOf } from './asking.ts';
import { type Demo, type Session, startDemo } from './demo-process.ts';

interface Entry {
  rank: number;
  displayName: string | null;
  points: number;
  isYou: boolean;
}

let demo: Demo;
let sessions: Session[];
let tenants: Map<string, Member[]>;
beforeAll(async () => {
  // A whole organization is read for the first of its pages: on a busy machine that takes longer than a request may.
  demo = await startDemo([], { REQUEST_BUDGET_MS: '60000' });
  [sessions, tenants] = await Promise.all([logInAll(demo), tenantsOf(demo)]);
});
afterAll(() => demo?.stop());

const learner = () => sessionWho(sessions, 'thriving');
const board = (session: Session, query: string) => session.get(`/gamification/leaderboard?${query}`);
const base64url = (text: string) => Buffer.from(text).toString('base64url');

/** Whoever learns in the organization and has not left. */
const learnersOf = (organizationId: string) =>
  (tenants.get(organizationId) ?? []).filter(({ roles, isActive }) => roles.includes('learner') && isActive);

/** From the first page to the one that names no next. */
async function allPages(session: Session, limit: number, query = ''): Promise<Entry[]> {
  const entries: Entry[] = [];
  const cursors = new Set<string>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, body } = await board(session, `limit=${limit}${query}${cursor && `&cursor=${cursor}`}`);
    expect(status, JSON.stringify(body)).toBe(200);
    const page = body.data.entries as Entry[];
    expect(page.length).toBeGreaterThan(0);
    expect(page.length).toBeLessThanOrEqual(limit);
    entries.push(...page);
    cursor = body.data.nextCursor as string | null;
    if (cursor !== null) expect(page).toHaveLength(limit);
    expect(cursors.has(cursor ?? '')).toBe(false);
    if (cursor !== null) cursors.add(cursor);
  }
  return entries;
}

/** Most points first; as many points, the same rank; the next rank counts all before it. */
const ranksOf = (entries: readonly Entry[]) =>
  entries.map(({ points }) => 1 + entries.filter((other) => other.points > points).length);

describe('the pages of a leaderboard', () => {
  it.each(['weekly', 'monthly', 'alltime'])(
    'cover every entry once, whatever their size: %s',
    async (period) => {
      const query = `&period=${period}`;
      const [large, odd] = [await allPages(learner(), 100, query), await allPages(learner(), 7, query)];
      expect(odd).toEqual(large);
      expect(large).toHaveLength(learnersOf('org-1').length);
      expect(large.map(({ rank }) => rank)).toEqual(ranksOf(large));
      const { you, participants } = (await board(learner(), `limit=1${query}`)).body.data;
      expect(participants).toBe(large.length);
      const own = large.filter(({ isYou }) => isYou);
      expect(own).toMatchObject([{ rank: you.rank, points: you.points }]);
      // Nobody has chosen to be shown by name.
      expect(large.flatMap(({ displayName, isYou }) => (isYou ? [] : (displayName ?? [])))).toEqual([]);
    },
  );

  it('hold one entry, if that is what is asked for', async () => {
    const whole = await allPages(learner(), 100);
    let cursor = '';
    for (const entry of whole.slice(0, 5)) {
      const { data } = (await board(learner(), `limit=1${cursor}`)).body;
      expect(data.entries).toEqual([entry]);
      cursor = `&cursor=${data.nextCursor}`;
    }
  });

  it('are of the own department alone, if that is what is asked for', async () => {
    const { person } = learner();
    const all = learnersOf('org-1');
    const department = all.find(({ userId }) => userId === person.id)?.departmentId;
    const colleagues = all.filter(({ departmentId }) => departmentId === department);
    const entries = await allPages(learner(), 13, '&scope=department&period=alltime');
    expect(entries).toHaveLength(colleagues.length);
    expect(entries.length).toBeLessThan(all.length);
    expect(entries.filter(({ isYou }) => isYou)).toHaveLength(1);
  });

  it('are the same for all of an organization but for who is you, and another organization has its own', async () => {
    const neutral = (entries: Entry[]) => entries.map(({ rank, points }) => ({ rank, points }));
    const first = neutral(await allPages(learner(), 50, '&period=alltime'));
    const fading = neutral(await allPages(sessionWho(sessions, 'fading'), 50, '&period=alltime'));
    expect(fading).toEqual(first);
    const elsewhere = await allPages(sessionWho(sessions, 'another'), 50, '&period=alltime');
    expect(elsewhere).toHaveLength(learnersOf('org-2').length);
    // Who does not learn has no place.
    const trainer = await board(sessionWho(sessions, 'a trainer'), 'period=alltime');
    expect([trainer.status, trainer.body.data.you]).toEqual([200, null]);
  });
});

describe('what nobody was given', () => {
  const cursors = {
    'no base64': 'a b!',
    empty: '',
    'no number': base64url('twenty'),
    zero: base64url('0'),
    'a number below zero': base64url('-20'),
    'a fraction': base64url('1.5'),
    'another notation': base64url('2e1'),
    'a leading zero': base64url('020'),
    'a space': base64url(' 20'),
    'more than a number holds': base64url('9'.repeat(30)),
    infinity: base64url('Infinity'),
    'with padding': `${base64url('20')}=`,
    'somebody’s id': 'u-000000',
    'an object': base64url('{"offset":20}'),
    'very long': 'A'.repeat(4000),
    'not UTF-8': '%FF%FE',
    'a null byte': 'MjA%00',
  };
  it.each(Object.entries(cursors))('%s is a 400 that names the cursor', async (_name, cursor) => {
    const raw = cursor.includes('%') ? cursor : encodeURIComponent(cursor);
    const answer = await board(learner(), `cursor=${raw}`);
    isRefusal(answer, 400, 'VALIDATION_ERROR');
    expect(answer.body.error.details.map(({ field }) => field)).toEqual(['query.cursor']);
  });

  it('two cursors are a 400, and one beyond the end is a page without entries', async () => {
    isRefusal(await board(learner(), 'cursor=MQ&cursor=Mg'), 400, 'VALIDATION_ERROR');
    const { body } = await board(learner(), `cursor=${base64url('1000000')}`);
    expect(body.data).toMatchObject({ entries: [], nextCursor: null });
  });

  it.each(['0', '-1', '101', '1.5', 'ten', '', 'NaN', '1e9'])('a limit of %j is a 400', async (limit) => {
    const answer = await board(learner(), `limit=${limit}`);
    isRefusal(answer, 400, 'VALIDATION_ERROR');
    expect(answer.body.error.details.map(({ field }) => field)).toEqual(['query.limit']);
  });

  it('a period, a scope or a name that is not known is a 400', async () => {
    const answer = await board(learner(), 'period=daily&scope=platform&offset=3');
    isRefusal(answer, 400, 'VALIDATION_ERROR');
    expect(answer.body.error.details.map(({ field }) => field).sort()).toEqual([
      'query.offset',
      'query.period',
      'query.scope',
    ]);
  });
});
