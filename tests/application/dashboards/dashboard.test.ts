import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Served } from '../../../src/application/analytics/answer.ts';
import { type Analytic, defineAnalytic } from '../../../src/application/analytics/define.ts';
import type { RunAnalytic } from '../../../src/application/analytics/run-analytic.ts';
import { dashboard, dashboardSections, type Section } from '../../../src/application/dashboards/dashboard.ts';
import { AppError, type ErrorCode } from '../../../src/domain/errors.ts';
import type { Subject } from '../../../src/domain/identity/policy.ts';
import { callScope } from '../../fixtures/stubs.ts';

const subject: Subject = { kind: 'learner', id: 'u-1', organizationId: 'org-1' };

const analytic = (name: string): Analytic =>
  defineAnalytic({
    id: `learner.${name}`,
    version: 1,
    path: `/${name}/:userId`,
    subject: 'learner',
    summary: name,
    definition: { formula: 'f', unit: 'u', population: 'p', nullRule: 'n' },
    query: z.strictObject({ days: z.coerce.number().default(30) }),
    result: z.object({ name: z.string() }),
    cache: 'learner',
    rate: 'standard',
    sources: () => ({}),
    affects: {},
    compute: () => ({ data: { name }, missing: [] }),
  });
const sectionsNamed = (...names: string[]) => new Map(names.map((name) => [name, analytic(name)]));

const served = (name: string, complete = true, form: Served['form'] = 'live'): Served => ({
  answer: {
    data: Buffer.from(JSON.stringify({ name })),
    digest: name,
    expiresAt: 1,
    revalidateUntil: 1,
    keepUntil: 1,
    meta: {
      calculatedAt: '2026-03-10T12:00:00.000Z',
      dataSource: 'realtime',
      asOf: '2026-03-10T12:00:00.000Z',
      cacheExpiry: null,
      complete,
      sources: [],
      missing: [],
      metric: { id: `learner.${name}`, version: 1 },
    },
  },
  form,
});

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

/** Answers every analytic by its name when the test says so. */
function byHand() {
  const ends = new Map<string, PromiseWithResolvers<Served>>();
  const run: RunAnalytic = ({ analytic: { id } }) => {
    const end = Promise.withResolvers<Served>();
    ends.set(id.slice('learner.'.length), end);
    return end.promise;
  };
  return {
    run,
    started: () => [...ends.keys()],
    answer: (name: string) => ends.get(name)?.resolve(served(name)),
    fail: (name: string, error: unknown) => ends.get(name)?.reject(error),
  };
}

async function collect(events: AsyncIterable<[string, Section]>): Promise<[string, Section][]> {
  const all: [string, Section][] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('a dashboard in pieces', () => {
  it('starts all sections at once and gives each as soon as it is ready', async () => {
    const { run, started, answer } = byHand();
    const events = dashboardSections(run, sectionsNamed('a', 'b', 'c'), subject, callScope());
    const first = events.next();
    expect(started()).toEqual(['a', 'b', 'c']);
    answer('b');
    expect((await first).value).toMatchObject(['b', { status: 'ok', data: { name: 'b' } }]);
    answer('c');
    expect((await events.next()).value?.[0]).toBe('c');
    const last = events.next();
    answer('a');
    expect((await last).value?.[0]).toBe('a');
    expect((await events.next()).done).toBe(true);
  });

  it('gives the one named first of those that became ready while the caller was busy', async () => {
    const { run, answer } = byHand();
    const events = dashboardSections(run, sectionsNamed('a', 'b', 'c', 'd'), subject, callScope());
    const first = events.next();
    answer('d');
    await first;
    for (const name of ['c', 'a', 'b']) {
      answer(name);
      await turns(1);
    }
    expect((await collect(events)).map(([name]) => name)).toEqual(['a', 'b', 'c']);
  });

  it('asks each analytic for its usual figures, partial ones too, within the one scope', async () => {
    const asked: unknown[] = [];
    const scope = callScope();
    const run: RunAnalytic = ({ query, completeness, subject: whom }, given) => {
      asked.push([query, completeness, whom, given === scope]);
      return served('a');
    };
    await collect(dashboardSections(run, sectionsNamed('a'), subject, scope));
    expect(asked).toEqual([[{ days: 30 }, 'partial', subject, true]]);
  });

  it('of no section at all is empty', async () => {
    const { run } = byHand();
    expect(await collect(dashboardSections(run, new Map(), subject, callScope()))).toEqual([]);
    expect(await dashboard(run, new Map(), subject, callScope())).toEqual({ sections: {} });
  });

  it.each([
    ['FORBIDDEN', 'denied'],
    ['UPSTREAM_UNAVAILABLE', 'unavailable'],
    ['DEADLINE_EXCEEDED', 'unavailable'],
    ['COHORT_TOO_SMALL', 'unavailable'],
  ] as const)('says %s in the place of the section, and gives the others', async (code, status) => {
    const { run, answer, fail } = byHand();
    const all = collect(dashboardSections(run, sectionsNamed('a', 'b'), subject, callScope()));
    fail('a', new AppError(code, 'words'));
    await turns(1);
    answer('b');
    const error = { code, message: 'words' };
    expect(await all).toEqual([
      ['a', { status, data: null, meta: null, error }],
      ['b', { status: 'ok', data: { name: 'b' }, meta: served('b').answer.meta }],
    ]);
  });

  it('says that a section is partial, and shows cached figures as cached', async () => {
    const run: RunAnalytic = () => served('a', false, 'cached');
    const [[, section] = []] = await collect(
      dashboardSections(run, sectionsNamed('a'), subject, callScope()),
    );
    expect(section).toMatchObject({ status: 'partial', meta: { dataSource: 'cached' } });
  });

  it.each([
    ['a defect', new TypeError('undefined is not a function')],
    ['a caller who left', new AppError('CLIENT_CLOSED_REQUEST', 'The caller left.')],
  ])(
    'ends with %s, after what was ready before, and trips over nothing that ends later',
    async (_name, error) => {
      const { run, answer, fail } = byHand();
      const events = dashboardSections(run, sectionsNamed('a', 'b', 'c', 'd'), subject, callScope());
      const first = events.next();
      answer('b');
      expect((await first).value?.[0]).toBe('b');
      fail('a', error);
      await expect(events.next()).rejects.toBe(error);
      expect((await events.next()).done).toBe(true);
      // An unhandled rejection would fail the whole run of tests.
      fail('c', new TypeError('later'));
      answer('d');
      await turns(2);
    },
  );

  it('is over for a caller who leaves: what still runs is aborted', async () => {
    const leaver = new AbortController();
    const aborted: string[] = [];
    const run: RunAnalytic = ({ analytic: { id } }, { signal }) =>
      id === 'learner.a'
        ? served('a')
        : new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              aborted.push(id);
              reject(new AppError('CLIENT_CLOSED_REQUEST', 'The caller left.'));
            });
          });
    const scope = callScope({ signal: leaver.signal });
    const events = dashboardSections(run, sectionsNamed('a', 'b', 'c'), subject, scope);
    await events.next();
    const next = events.next();
    leaver.abort();
    await expect(next).rejects.toMatchObject({ code: 'CLIENT_CLOSED_REQUEST' });
    expect(aborted).toEqual(['learner.b', 'learner.c']);
  });
});

describe('a dashboard as a whole', () => {
  it('has its sections in the order asked for, whichever is ready first', async () => {
    const { run, answer } = byHand();
    const whole = dashboard(run, sectionsNamed('a', 'b', 'c'), subject, callScope());
    for (const name of ['c', 'b', 'a']) {
      answer(name);
      await turns(1);
    }
    expect(Object.keys((await whole).sections)).toEqual(['a', 'b', 'c']);
  });

  it('fails as a whole only for a defect or a caller who left', async () => {
    const { run, answer, fail } = byHand();
    const whole = dashboard(run, sectionsNamed('a', 'b'), subject, callScope());
    const error = new RangeError('a defect');
    fail('b', error);
    answer('a');
    await expect(whole).rejects.toBe(error);
  });

  const codes: ErrorCode[] = ['FORBIDDEN', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_INVALID', 'INSUFFICIENT_DATA'];
  const ending = fc.oneof(
    fc.constantFrom('at hand', 'ok', 'partial'),
    fc.constantFrom(...codes).map((code) => ({ code })),
  );
  const plan = fc.record({ delay: fc.nat({ max: 4 }), ending });
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];

  it('is what its pieces make when put together, for any sections, delays and failures', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(names),
        fc.array(plan, { minLength: names.length, maxLength: names.length }),
        async (chosen, plans) => {
          const planOf = (name: string) => {
            const own = plans[names.indexOf(name)] ?? { delay: 0, ending: 'ok' };
            return own.ending === 'at hand' ? { ...own, delay: 0 } : own;
          };
          const run: RunAnalytic = ({ analytic: { id } }) => {
            const name = id.slice('learner.'.length);
            const own = planOf(name);
            if (own.ending === 'at hand') return served(name, true, 'cached');
            return turns(own.delay).then(() => {
              if (typeof own.ending === 'object') throw new AppError(own.ending.code, 'words');
              return served(name, own.ending === 'ok');
            });
          };
          const sections = sectionsNamed(...chosen);
          const pieces = await collect(dashboardSections(run, sections, subject, callScope()));
          const whole = await dashboard(run, sections, subject, callScope());
          expect(Object.fromEntries(pieces)).toEqual(whole.sections);
          expect(pieces).toHaveLength(chosen.length);
          const delays = pieces.map(([name]) => planOf(name).delay);
          expect(delays).toEqual(delays.toSorted((one, other) => one - other));
        },
      ),
      { numRuns: 200 },
    );
  });
});
