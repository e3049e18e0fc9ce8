/** What holds for every analytic while services fail: what they count in is null and said, and nothing is wrong. */
import { describe, expect, it } from 'vitest';
import type { Analytic } from '../../../src/application/analytics/define.ts';
import { metricDictionary } from '../../../src/application/analytics/dictionary.ts';
import { registry } from '../../../src/application/analytics/registry.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { Subject } from '../../../src/domain/identity/policy.ts';
import type { Missing, Service } from '../../../src/domain/provenance.ts';
import { callScope } from '../../fixtures/stubs.ts';
import { clock, running } from './running.ts';

const numbered = (prefix: string, count: number, digits: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${String(index).padStart(digits, '0')}`);

function subjectsOf({ subject: kind }: Analytic, most: number): Subject[] {
  if (kind === 'organization')
    return ['org-1', 'org-2', 'org-3'].map((id) => ({ kind, id, organizationId: id }));
  const ids = kind === 'trainer' ? numbered('s-', 20, 4) : numbered('u-', 300, 6);
  const every = Math.max(1, Math.floor(ids.length / most));
  return ids
    .filter((_, index) => index % every === 0)
    .slice(0, most)
    .map((id) => ({ kind, id, organizationId: 'org-1' }));
}

interface Told {
  data: unknown;
  missing: Missing[];
  complete: boolean;
}

/** Null where it says that it cannot answer. */
async function ask(
  run: ReturnType<typeof running>,
  analytic: Analytic,
  subject: Subject,
): Promise<Told | null> {
  const query = analytic.query.parse({});
  const scope = callScope({ deadlineAt: clock.now() + 60_000 });
  try {
    const { answer } = await run({ analytic, subject, query, completeness: 'partial' }, scope);
    const { missing, complete } = answer.meta;
    return { data: JSON.parse(answer.data.toString()), missing, complete };
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

interface Difference {
  path: string;
  isNull: boolean;
}

const isNode = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where the second says something else; the items of a list are `[]`, one more or less is of the list itself. */
function differences(full: unknown, partial: unknown, path = ''): Difference[] {
  if (JSON.stringify(full) === JSON.stringify(partial)) return [];
  if (Array.isArray(full) && Array.isArray(partial) && full.length === partial.length)
    return full.flatMap((item, index) => differences(item, partial[index], `${path}[]`));
  if (isNode(full) && isNode(partial))
    return Object.keys({ ...full, ...partial }).flatMap((name) =>
      differences(full[name], partial[name], path === '' ? name : `${path}.${name}`),
    );
  return [{ path, isNull: partial === null }];
}

const covers = ({ field }: Missing, path: string): boolean =>
  field === path || path.startsWith(`${field}.`) || path.startsWith(`${field}[]`);

/** Our own reading of an organization for its leaderboard names no service. */
const isOf = (row: Missing, down: readonly Service[]): boolean =>
  row.reason === 'unavailable' && (row.service === undefined || down.includes(row.service));

/** What a partial answer says that is neither true nor null, or does not say. */
function lies(full: Told, partial: Told, down: readonly Service[]): string[] {
  // Without the directory days begin at midnight UTC, and the answer says that of itself.
  if (partial.missing.some(({ field, reason }) => field === 'timeZone' && reason === 'unavailable'))
    return [];
  return differences(full.data, partial.data).flatMap(({ path, isNull }) => {
    const isSaid = partial.missing.some((row) => isOf(row, down) && covers(row, path));
    if (isNull && isSaid && !partial.complete) return [];
    return [`${path}: ${isNull ? 'null and not said' : 'wrong'}`];
  });
}

const pairsOf = (all: readonly Service[]): Service[][] =>
  all.flatMap((one, index) => all.slice(index + 1).map((other) => [one, other]));

const dictionary = metricDictionary(registry);
const rows = registry.flatMap((analytic) => {
  const read = dictionary.find(({ id }) => id === analytic.id)?.sources ?? [];
  return [
    ...read.map((service) => [analytic.id, [service], analytic, 40] as const),
    ...pairsOf(read).map((pair) => [analytic.id, pair, analytic, 8] as const),
  ];
});

const undisturbed = running();
const answers = new Map<string, Promise<Told | null>>();
function fullAnswer(analytic: Analytic, subject: Subject): Promise<Told | null> {
  const key = `${analytic.id} ${subject.id}`;
  const known = answers.get(key) ?? ask(undisturbed, analytic, subject);
  answers.set(key, known);
  return known;
}

describe('a service that fails', () => {
  it.each(rows)(
    'makes nothing wrong in %s without %j: what it counts in is null, and said',
    async (_id, down, analytic, most) => {
      const run = running(down);
      const found = new Set<string>();
      for (const subject of subjectsOf(analytic, most)) {
        const [full, partial] = [await fullAnswer(analytic, subject), await ask(run, analytic, subject)];
        if (full !== null && partial !== null) for (const lie of lies(full, partial, down)) found.add(lie);
      }
      expect([...found]).toEqual([]);
    },
  );

  it('leaves answers to compare, also of those analytics that need many services', async () => {
    const compared = await Promise.all(
      registry.map(async (analytic) => {
        const endings = await Promise.all(
          subjectsOf(analytic, 40).map((subject) => fullAnswer(analytic, subject)),
        );
        return [analytic.id, endings.filter((ending) => ending !== null).length] as const;
      }),
    );
    expect(compared.filter(([, count]) => count === 0)).toEqual([]);
  });
});

describe('a row of what is missing', () => {
  it.each(registry.map((analytic) => [analytic.id, analytic] as const))(
    'of %s is there once, and of a figure that is null',
    async (id, analytic) => {
      const read = dictionary.find((metric) => metric.id === id)?.sources ?? [];
      for (const down of read.map((service) => [service])) {
        const run = running(down);
        for (const subject of subjectsOf(analytic, 4)) {
          const partial = await ask(run, analytic, subject);
          const said = (partial?.missing ?? []).map(({ field, service }) => `${field} ${service}`);
          expect(said).toEqual([...new Set(said)]);
        }
      }
    },
  );
});

/** Whether any value at a dotted path is null; `[]` stands for the items of a list. */
function hasNull(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (value === null || value === undefined) return value === null;
  if (name === undefined) return false;
  const list = name.endsWith('[]');
  const held = (value as Record<string, unknown>)[list ? name.slice(0, -2) : name];
  return list && Array.isArray(held) ? held.some((item) => hasNull(item, rest)) : hasNull(held, rest);
}

describe('a service that knows nothing of anybody', () => {
  const singles = rows.filter(([, down]) => down.length === 1);
  it.each(singles)(
    'leaves figures of %s null without %j, says which, and calls it no failure',
    async (_id, [service], analytic) => {
      const run = running([service as Service], 'not_found');
      const wrong = new Set<string>();
      for (const subject of subjectsOf(analytic, 6)) {
        const { data, missing } = (await ask(run, analytic, subject)) ?? { data: null, missing: [] };
        for (const row of missing.filter((one) => one.service === service && one.field !== 'timeZone')) {
          if (row.reason !== 'insufficient_data') wrong.add(`${row.field}: ${row.reason}`);
          if (!hasNull(data, row.field.split('.'))) wrong.add(`${row.field}: is told`);
        }
      }
      expect([...wrong]).toEqual([]);
    },
  );
});
