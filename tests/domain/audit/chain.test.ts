import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ChainEntry,
  type ChainFault,
  type ChainHead,
  ChainVerifier,
  commitmentOf,
  entryHashOf,
  genesis,
} from '../../../src/domain/audit/chain.ts';

const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const start = 1_700_000_000_000_000;
const alias = `erased-${'0'.repeat(32)}`;
const personalOf = (actor: string | null, request: string | null = 'r') =>
  JSON.stringify([actor, 'u-2', request, {}]);

type Draft = Pick<ChainEntry, 'cause' | 'lineId' | 'nonce' | 'line' | 'occurredAtMicros'> & { stood: string };

const added = (lineId: number, changes: Partial<Draft> = {}): Draft => ({
  cause: 'added',
  lineId,
  nonce: `nonce ${lineId}`,
  occurredAtMicros: start + lineId,
  stood: personalOf('u-1'),
  line: { facts: `facts of ${lineId}`, personal: personalOf('u-1') },
  ...changes,
});

/** Entries as the database would have made them. */
function chained(drafts: readonly Draft[], first = 1, anchorHash = genesis): ChainEntry[] {
  let previousHash = anchorHash;
  return drafts.map(({ stood, ...draft }, index) => {
    const entry = {
      ...draft,
      position: first + index,
      factsHash: digest(`facts of ${draft.lineId}`),
      commitment: commitmentOf(draft.nonce ?? 'a nonce that was destroyed', stood, digest),
      previousHash,
    };
    previousHash = entryHashOf(entry, digest);
    return { ...entry, hash: previousHash };
  });
}

interface Asked {
  heads?: readonly ChainHead[];
  unchained?: readonly number[];
  keptSinceMicros?: number;
  page?: number;
}

function verdictOn(
  entries: readonly ChainEntry[],
  { heads = [], unchained = [], keptSinceMicros = start, page = 2 }: Asked = {},
) {
  const verifier = new ChainVerifier({ digest, keptSinceMicros, heads });
  for (let at = 0; at < entries.length; at += page) verifier.add(entries.slice(at, at + page));
  return verifier.end(unchained);
}

const faultsOf = (entries: readonly ChainEntry[], asked: Asked = {}): ChainFault[] =>
  verdictOn(entries, asked).findings.map(({ fault }) => fault);

const five = () => chained([1, 2, 3, 4, 5].map((lineId) => added(lineId)));
const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index];
  if (item === undefined) throw new Error(`there is no item ${index}`);
  return item;
};

describe('the chain of the audit log', () => {
  it('is whole when nobody has touched it, and says where it ends', () => {
    const entries = five();
    const head = { position: 5, hash: at(entries, 4).hash };
    expect(verdictOn(entries)).toEqual({ findings: [], entries: 5, erased: 0, head });
    expect(verdictOn([])).toEqual({ findings: [], entries: 0, erased: 0, head: null });
    expect(faultsOf(entries, { heads: [head, { position: 2, hash: at(entries, 1).hash }] })).toEqual([]);
  });

  it('says which line was changed, in what erasures leave and in what they may change', () => {
    const facts = five();
    facts[2] = { ...at(facts, 2), line: { facts: 'other facts', personal: personalOf('u-1') } };
    expect(verdictOn(facts).findings).toEqual([{ fault: 'changed_line', position: 3, lineId: 3 }]);
    const personal = five();
    personal[2] = { ...at(personal, 2), line: { facts: 'facts of 3', personal: personalOf('u-9') } };
    expect(verdictOn(personal).findings).toEqual([{ fault: 'changed_line', position: 3, lineId: 3 }]);
  });

  it('finds a line whose nonce was destroyed without an erasure', () => {
    const entries = five();
    entries[2] = {
      ...at(entries, 2),
      nonce: null,
      line: { facts: 'facts of 3', personal: personalOf(alias) },
    };
    expect(verdictOn(entries).findings).toEqual([{ fault: 'changed_line', position: 3, lineId: 3 }]);
  });

  it('finds a line that is gone, and one that is gone with its entry', () => {
    const [line, entry] = [five(), five()];
    line[2] = { ...at(line, 2), line: null };
    expect(verdictOn(line).findings).toEqual([{ fault: 'deleted_line', position: 3, lineId: 3 }]);
    entry.splice(2, 1);
    expect(verdictOn(entry).findings).toEqual([{ fault: 'broken_link', position: 4, lineId: 4 }]);
    expect(faultsOf(five().slice(2))).toEqual(['deleted_line']);
  });

  it('finds a line that was inserted, without an entry, with one of its own, or with one of another', () => {
    expect(verdictOn(five(), { unchained: [9] }).findings).toEqual([
      { fault: 'inserted_line', position: null, lineId: 9 },
    ]);
    const own = five();
    own.splice(2, 0, at(chained([added(9)], 3, at(own, 1).hash), 0));
    expect(faultsOf(own)).toEqual(['broken_link']);
    expect(faultsOf(chained([added(1), added(2), added(1)]))).toEqual(['inserted_line']);
    const early = chained([added(1)], 1, 'f'.repeat(64));
    expect(faultsOf(early)).toEqual(['broken_link']);
  });

  it('finds entries in another order', () => {
    const [one, two, three, four, last] = five() as [
      ChainEntry,
      ChainEntry,
      ChainEntry,
      ChainEntry,
      ChainEntry,
    ];
    expect(faultsOf([one, three, two, four, last])).toContain('broken_link');
    const renumbered = [one, { ...three, position: 2 }, { ...two, position: 3 }, four, last];
    expect(faultsOf(renumbered)).toEqual(expect.arrayContaining(['broken_link', 'changed_entry']));
  });

  it('misses the end that was cut off by a head that was noted, and by nothing else', () => {
    const entries = five();
    const head = { position: 5, hash: at(entries, 4).hash };
    expect(faultsOf(entries.slice(0, 3))).toEqual([]);
    expect(verdictOn(entries.slice(0, 3), { heads: [head] }).findings).toEqual([
      { fault: 'missing_head', position: 5, lineId: null },
    ]);
    const written = [...entries.slice(0, 3), ...chained([added(6), added(7)], 4, at(entries, 2).hash)];
    expect(faultsOf(written)).toEqual([]);
    expect(faultsOf(written, { heads: [head] })).toEqual(['missing_head']);
    expect(faultsOf([], { heads: [head] })).toEqual(['missing_head']);
  });

  it('holds through an erasure, and tells how many there were', () => {
    const line = { facts: 'facts of 2', personal: personalOf(alias, null) };
    const drafts = [
      added(1),
      added(2, { nonce: null, line }),
      added(3),
      added(2, { cause: 'erased', stood: personalOf(alias, null), line }),
    ];
    expect(verdictOn(chained(drafts))).toMatchObject({ findings: [], erased: 1 });
  });

  it('hashes what its documentation says, each part apart from the next', () => {
    const parts = {
      previousHash: genesis,
      position: 1,
      cause: 'added',
      lineId: 23,
      occurredAtMicros: 4,
    } as const;
    const entry = { ...parts, factsHash: 'f', commitment: 'c' };
    expect(genesis).toBe('0'.repeat(64));
    expect(entryHashOf(entry, (text) => text)).toBe(`${genesis} 1 added 23 4 f c`);
    expect(commitmentOf('n', '[]', (text) => text)).toBe('n []');
  });

  it.each([
    ['who is gone', personalOf(alias), []],
    ['a request id that is gone', personalOf('u-9', null), []],
    ['neither', personalOf('u-9'), ['not_an_erasure']],
    ['a word that only looks like one', personalOf('erased-1'), ['not_an_erasure']],
  ])('knows an erasure by %s', (_name, personal, faults) => {
    const line = { facts: 'facts of 1', personal };
    const drafts = [added(1, { nonce: null, line }), added(1, { cause: 'erased', stood: personal, line })];
    expect(faultsOf(chained(drafts))).toEqual(faults);
  });

  it('takes a line that was deleted for its age for gone, also when an erasure comes after it', () => {
    const old = { line: null, occurredAtMicros: start };
    expect(
      faultsOf(chained([added(1, { ...old, nonce: null }), added(1, { ...old, cause: 'erased' })])),
    ).toEqual([]);
  });

  it('finds an entry whose position is not the next, though its hash is right', () => {
    const [one] = chained([added(1)]) as [ChainEntry];
    const next = chained([added(2)], 3, one.hash);
    expect(faultsOf([one, ...next])).toEqual(['broken_link']);
    expect(faultsOf([one, ...chained([added(2)], 2, 'f'.repeat(64))])).toEqual(['broken_link']);
  });

  it('lets a head go with what retention has deleted only when it is before the anchor', () => {
    const anchored = chained(
      [added(8, { line: null, occurredAtMicros: start }), added(9)],
      8,
      'a'.repeat(64),
    );
    const wrong = (position: number) => ({ position, hash: 'f'.repeat(64) });
    expect(faultsOf(anchored, { heads: [wrong(7)] })).toEqual([]);
    expect(faultsOf(anchored, { heads: [wrong(8)] })).toEqual(['missing_head']);
    expect(faultsOf(anchored, { heads: [wrong(9)], page: 1 })).toEqual(['missing_head']);
  });

  it('finds a change that only pretends to be an erasure', () => {
    const line = { facts: 'facts of 1', personal: personalOf('u-9') };
    const drafts = [
      added(1, { nonce: null, line }),
      added(1, { cause: 'erased', stood: personalOf('u-9'), line }),
    ];
    expect(verdictOn(chained(drafts)).findings).toEqual([
      { fault: 'not_an_erasure', position: 2, lineId: 1 },
    ]);
  });

  it('hangs on its anchor where retention has deleted what is old', () => {
    const old = { line: null, occurredAtMicros: start };
    const rest = [added(8, old), added(9), added(10, old)];
    const anchored = chained(rest, 8, 'a'.repeat(64));
    const noted = { position: 3, hash: 'of an entry that is gone' };
    expect(faultsOf(anchored, { heads: [noted] })).toEqual([]);
    expect(faultsOf(anchored, { keptSinceMicros: start - 1 })).toEqual([
      'deleted_line',
      'deleted_line',
      'deleted_line',
    ]);
  });

  it('breaks with any one thing that is changed in it', () => {
    const changes: Record<string, (entry: ChainEntry) => ChainEntry> = {
      position: (entry) => ({ ...entry, position: entry.position + 1 }),
      cause: (entry) => ({ ...entry, cause: 'erased' }),
      lineId: (entry) => ({ ...entry, lineId: entry.lineId + 100 }),
      instant: (entry) => ({ ...entry, occurredAtMicros: entry.occurredAtMicros + 1 }),
      facts: (entry) => ({ ...entry, factsHash: digest('others') }),
      nonce: (entry) => ({ ...entry, nonce: 'another' }),
      commitment: (entry) => ({ ...entry, commitment: digest('others') }),
      previous: (entry) => ({ ...entry, previousHash: digest('others') }),
      hash: (entry) => ({ ...entry, hash: digest('others') }),
      line: (entry) => ({ ...entry, line: null }),
    };
    fc.assert(
      fc.property(fc.nat(4), fc.constantFrom(...Object.keys(changes)), (index, name) => {
        const entries = five();
        entries[index] = changes[name]?.(at(entries, index)) ?? at(entries, index);
        expect(faultsOf(entries), name).not.toEqual([]);
      }),
    );
  });
});
