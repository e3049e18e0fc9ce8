/** Proof that the check can fail: what was observed is spoilt in one way each, and that way must be found. */
import { judge, type Observed, type Promised } from './verdicts.ts';

interface Forgery {
  what: string;
  breaks: Promised;
  forge: (observed: Observed) => Observed;
}

const lost: Promised = 'every award is acknowledged and in the ledger';
const doubled: Promised = 'no award is in the ledger twice, and nothing that nobody asked for';
const repeated: Promised = 'asking again gives the same answer and changes nothing';
const sums: Promised = 'days and totals equal the ledger';
const events: Promised = 'events tell the ledger and the achievements, each stream without a gap';
const projections: Promised = 'projections rebuilt from the events equal the live ones';
const publications: Promised = 'every event was published, each stream in order';
const outbox: Promised = 'the outbox is empty';

const record = (observed: Observed, changes: Partial<Observed['record']>): Observed => ({
  ...observed,
  record: { ...observed.record, ...changes },
});
const withoutFirst = <T>(list: readonly T[]): T[] => list.slice(1);
const firstTwice = <T>(list: readonly T[]): T[] => [...list.slice(0, 1), ...list];
const firstChanged = <T>(list: readonly T[], change: (one: T) => T): T[] =>
  list.map((one, index) => (index === 0 ? change(one) : one));
const withoutFirstKey = <K, V>(map: ReadonlyMap<K, V>): Map<K, V> => new Map([...map].slice(1));

/** The first delivery of an event is put behind that of its successor in the stream. */
function swapped({ published }: Observed): Observed['published'] {
  const second = published.find(({ version }) => version === 2);
  if (second === undefined) return published;
  const ofFirst = ({ stream, version }: { stream: string; version: number }) =>
    stream === second.stream && version === 1;
  return [second, ...published.filter((one) => !ofFirst(one)), ...published.filter(ofFirst)];
}

const forgeries: readonly Forgery[] = [
  {
    what: 'an acknowledged entry is gone',
    breaks: lost,
    forge: (o) => record(o, { ledger: withoutFirst(o.record.ledger) }),
  },
  {
    what: 'an award has no answer',
    breaks: lost,
    forge: (o) => ({ ...o, acknowledged: withoutFirstKey(o.acknowledged) }),
  },
  {
    what: 'an entry has other points than acknowledged',
    breaks: lost,
    forge: (o) =>
      record(o, {
        ledger: firstChanged(o.record.ledger, (entry) => ({ ...entry, points: entry.points + 1 })),
      }),
  },
  {
    what: 'an entry is there twice',
    breaks: doubled,
    forge: (o) => record(o, { ledger: firstTwice(o.record.ledger) }),
  },
  {
    what: 'an award was new twice',
    breaks: doubled,
    // One that repeats an entry was never new.
    forge: (o) => ({
      ...o,
      awards: [
        ...o.awards,
        ...o.awards.filter(({ key_hash }) => o.acknowledged.get(key_hash)?.isNew).slice(0, 1),
      ],
    }),
  },
  {
    what: 'an answer is another the second time',
    breaks: repeated,
    forge: (o) => ({ ...o, repeated: withoutFirstKey(o.repeated) }),
  },
  {
    what: 'asking again made an entry',
    breaks: repeated,
    forge: (o) => ({ ...o, entriesAfterRepeating: o.entriesAfterRepeating + 1 }),
  },
  {
    what: 'a total is one point too high',
    breaks: sums,
    forge: (o) =>
      record(o, { totals: firstChanged(o.record.totals, (row) => ({ ...row, course: row.course + 1 })) }),
  },
  { what: 'a day is missing', breaks: sums, forge: (o) => record(o, { days: withoutFirst(o.record.days) }) },
  {
    what: 'an event is missing',
    breaks: events,
    forge: (o) => record(o, { events: withoutFirst(o.record.events) }),
  },
  {
    what: 'a rebuilt total differs',
    breaks: projections,
    forge: (o) => {
      const difference = { kind: 'person' as const, id: 'u-0', rebuilt: '1 point', live: '2 points' };
      return { ...o, projections: { ...o.projections, differences: [difference] } };
    },
  },
  {
    what: 'an event was never published',
    breaks: publications,
    forge: (o) => {
      const [first] = o.published;
      return { ...o, published: o.published.filter(({ id }) => id !== first?.id) };
    },
  },
  {
    what: 'a stream was published out of order',
    breaks: publications,
    forge: (o) => ({ ...o, published: swapped(o) }),
  },
  {
    what: 'an event is left in the outbox',
    breaks: outbox,
    forge: (o) => record(o, { outbox: ['an-event'] }),
  },
];

export interface ForgeryReport {
  tried: number;
  /** What was spoilt without being found. */
  missed: readonly string[];
}

/** @param observed something in which every promise holds, with at least one event behind another. */
export function tryForgeries(observed: Observed): ForgeryReport {
  const missed = forgeries.filter(({ breaks, forge }) => {
    const verdict = judge(forge(observed)).find(({ promise }) => promise === breaks);
    return verdict === undefined || verdict.violations.length === 0;
  });
  return { tried: forgeries.length, missed: missed.map(({ what }) => what) };
}
