/** What must hold after any number of crashes, judged from what was seen outside and what is in the tables. */
import type { ProjectionCheck } from '../../src/application/events/projections.ts';
import type { Published } from './messages.ts';
import type { AwardRequest } from './plan.ts';
import type { AchievementRow, CrashRecord, EntryRow, TotalsRow } from './record.ts';

/** What an award is answered. */
export interface Answer {
  isNew: boolean;
  entry: Pick<EntryRow, 'userId' | 'source' | 'reference' | 'points' | 'occurredAt'>;
  achievements: readonly Omit<AchievementRow, 'userId'>[];
  totalPoints: number;
}

export interface Observed {
  awards: readonly AwardRequest[];
  /** Key of an award → what it was answered. */
  acknowledged: ReadonlyMap<string, Answer>;
  /** The same when everything was asked again at the end. */
  repeated: ReadonlyMap<string, Answer>;
  /** As they came, twice or not. */
  published: readonly Published[];
  record: CrashRecord;
  /** How many entries the ledger had after everything was asked again. */
  entriesAfterRepeating: number;
  projections: ProjectionCheck;
}

export const promises = [
  'every award is acknowledged and in the ledger',
  'no award is in the ledger twice, and nothing that nobody asked for',
  'asking again gives the same answer and changes nothing',
  'days and totals equal the ledger',
  'events tell the ledger and the achievements, each stream without a gap',
  'projections rebuilt from the events equal the live ones',
  'every event was published, each stream in order',
  'the outbox is empty',
] as const;
export type Promised = (typeof promises)[number];

export interface Verdict {
  promise: Promised;
  /** In words; empty when it holds. */
  violations: readonly string[];
}

const mostPerDay = 1000;

const keyOf = ({ userId, source, reference }: Pick<EntryRow, 'userId' | 'source' | 'reference'>) =>
  `${userId} ${source} ${reference}`;
const keyOfAward = ({ user_id, source, reference }: AwardRequest) => `${user_id} ${source} ${reference}`;
/** The same for the same content, whatever the order of keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** What one list has more often than the other, either way. */
function unequal(name: string, expected: readonly string[], found: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const one of expected) counts.set(one, (counts.get(one) ?? 0) + 1);
  for (const one of found) counts.set(one, (counts.get(one) ?? 0) - 1);
  return [...counts].flatMap(([one, count]) =>
    count === 0 ? [] : [`${name} ${count > 0 ? 'missing' : 'too many'}: ${one}`],
  );
}

function lost({ awards, acknowledged, record }: Observed): string[] {
  const entries = new Map(record.ledger.map((entry) => [keyOf(entry), entry]));
  const earned = new Set(
    record.achievements.map(({ userId, code, tier, earnedAt }) =>
      canonical({ userId, code, tier, earnedAt }),
    ),
  );
  return awards.flatMap((award) => {
    const answer = acknowledged.get(award.key_hash);
    if (answer === undefined) return [`never acknowledged: ${award.key_hash}`];
    const entry = entries.get(keyOfAward(award));
    if (entry === undefined) return [`not in the ledger: ${award.key_hash}`];
    const { userId, source, reference, points, occurredAt } = entry;
    const isOther = canonical({ userId, source, reference, points, occurredAt }) !== canonical(answer.entry);
    const unearned = answer.achievements.filter((one) => !earned.has(canonical({ userId, ...one })));
    return [
      ...(isOther ? [`other in the ledger than acknowledged: ${award.key_hash}`] : []),
      ...unearned.map(({ code }) => `achievement ${code} of ${userId} is not there`),
    ];
  });
}

function doubled({ awards, acknowledged, record }: Observed): string[] {
  const asked = [...new Set(awards.map(keyOfAward))];
  const news = awards.filter(({ key_hash }) => acknowledged.get(key_hash)?.isNew).map(keyOfAward);
  return [
    ...unequal('entry', asked, record.ledger.map(keyOf)),
    ...unequal('acknowledgement as new', asked, news),
  ];
}

function changed({ acknowledged, repeated, record, entriesAfterRepeating }: Observed): string[] {
  const others = [...acknowledged].filter(
    ([key, answer]) => canonical(repeated.get(key) ?? null) !== canonical(answer),
  );
  const added = entriesAfterRepeating - record.ledger.length;
  return [
    ...others.map(([key]) => `answered otherwise when asked again: ${key}`),
    ...(added === 0 ? [] : [`asking again made ${added} entries`]),
  ];
}

/** Totals summed anew from the ledger, day by day in the order of recording. */
function totalsOf(ledger: readonly EntryRow[]): TotalsRow[] {
  const totals = new Map<string, TotalsRow>();
  const left = new Map<string, number>();
  const none = {
    course: 0,
    skill: 0,
    assessment: 0,
    practice: 0,
    streak_day: 0,
    entries: 0,
    lastEarnedAt: 0,
  };
  for (const { userId, day, source, points, occurredAt } of ledger) {
    const row = totals.get(userId) ?? { userId, ...none };
    const room = left.get(`${userId} ${day}`) ?? mostPerDay;
    const worth = Math.min(room, points);
    left.set(`${userId} ${day}`, room - worth);
    row[source] += worth;
    row.entries += 1;
    row.lastEarnedAt = Math.max(row.lastEarnedAt, occurredAt);
    totals.set(userId, row);
  }
  return [...totals.values()];
}

function unbalanced({ record }: Observed): string[] {
  const days = new Map<string, number>();
  for (const { userId, organizationId, day, points } of record.ledger) {
    const key = `${userId} ${organizationId} ${day}`;
    days.set(key, (days.get(key) ?? 0) + points);
  }
  const kept = record.days.map(
    ({ userId, organizationId, day, points }) => `${userId} ${organizationId} ${day} ${points}`,
  );
  return [
    ...unequal(
      'day',
      [...days].map(([key, points]) => `${key} ${points}`),
      kept,
    ),
    ...unequal('total', totalsOf(record.ledger).map(canonical), record.totals.map(canonical)),
  ];
}

function untold({ record }: Observed): string[] {
  const ofType = (type: string) =>
    record.events.filter((event) => event.type === type).map(({ data }) => canonical(data));
  const versions = Map.groupBy(record.events, ({ stream }) => stream);
  const gaps = [...versions].filter(([, events]) =>
    events.some(({ version }, index) => version !== index + 1),
  );
  return [
    ...unequal('points_awarded', record.ledger.map(canonical), ofType('points_awarded')),
    ...unequal('achievement_unlocked', record.achievements.map(canonical), ofType('achievement_unlocked')),
    ...gaps.map(([stream]) => `versions of ${stream} are not 1, 2, 3 …`),
  ];
}

function different({ projections, record }: Observed): string[] {
  const { events, untold: people, differences } = projections;
  return [
    ...(events === record.events.length ? [] : [`${events} of ${record.events.length} events were folded`]),
    ...(people === 0 ? [] : [`${people} people have entries that no event tells of`]),
    ...differences.map(({ kind, id, rebuilt, live }) => `${kind} ${id}: ${rebuilt}, live ${live}`),
  ];
}

/** First deliveries; what comes again changes nothing. */
function firsts(published: readonly Published[]): Published[] {
  const seen = new Set<string>();
  return published.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function unpublished({ published, record }: Observed): string[] {
  const first = firsts(published);
  const named = ({ id, stream, version }: Published) => `${stream} ${version} ${id}`;
  const disordered = [...Map.groupBy(first, ({ stream }) => stream)].filter(([, events]) =>
    events.some(({ version }, index) => version < (events[index - 1]?.version ?? 0)),
  );
  return [
    ...unequal('publication', record.events.map(named), first.map(named)),
    ...disordered.map(([stream]) => `${stream} was published out of order`),
  ];
}

const waiting = ({ record }: Observed): string[] => record.outbox.map((id) => `waits or is parked: ${id}`);

const judges: Record<Promised, (observed: Observed) => string[]> = {
  'every award is acknowledged and in the ledger': lost,
  'no award is in the ledger twice, and nothing that nobody asked for': doubled,
  'asking again gives the same answer and changes nothing': changed,
  'days and totals equal the ledger': unbalanced,
  'events tell the ledger and the achievements, each stream without a gap': untold,
  'projections rebuilt from the events equal the live ones': different,
  'every event was published, each stream in order': unpublished,
  'the outbox is empty': waiting,
};

export const judge = (observed: Observed): Verdict[] =>
  promises.map((promise) => ({ promise, violations: judges[promise](observed) }));

/** How many publications were not the first of their event. */
export const publishedAgain = (published: readonly Published[]): number =>
  published.length - firsts(published).length;
