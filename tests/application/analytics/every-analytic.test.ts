/** What holds for every analytic there is, over the sample world: adding one adds its row here by itself. */
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { demoPeople } from '../../../mocks/world/demo-people.ts';
import type { Analytic } from '../../../src/application/analytics/define.ts';
import { metricDictionary } from '../../../src/application/analytics/dictionary.ts';
import { registry } from '../../../src/application/analytics/registry.ts';
import { AppError } from '../../../src/domain/errors.ts';
import type { Subject } from '../../../src/domain/identity/policy.ts';
import { type Missing, services } from '../../../src/domain/provenance.ts';
import { callScope } from '../../fixtures/stubs.ts';
import { clock, running } from './running.ts';

type Run = ReturnType<typeof running>;

const people = demoPeople({ ...demoSize() });
function demoSize() {
  return { seed: 1, learners: 300, organizations: 3, departments: 12, staff: 60, courses: 40 };
}
const learnerIds = [1, 7, 23, 64, 119, 200].map((index) => `u-${String(index).padStart(6, '0')}`);

/** Everyone an analytic can be about: the demo people, and some of the world's. */
function subjectsOf(analytic: Analytic): Subject[] {
  const organizations = ['org-1', 'org-2', 'org-3'];
  if (analytic.subject === 'organization')
    return organizations.map((id) => ({ kind: 'organization', id, organizationId: id }));
  const demo = people.map(({ id, organizationId }) => ({ kind: analytic.subject, id, organizationId }));
  const others = learnerIds.map((id) => ({ kind: analytic.subject, id, organizationId: 'org-1' }));
  const nobody = { kind: analytic.subject, id: 'nobody-at-all', organizationId: 'org-1' };
  return [...demo, ...others, nobody];
}

type Ending = { data: unknown; missing: Missing[]; text: string } | { code: string };

async function ask(run: Run, analytic: Analytic, subject: Subject): Promise<Ending> {
  const query = analytic.query.parse({});
  const deadlineAt = clock.now() + 60_000;
  try {
    const { answer } = await run(
      { analytic, subject, query, completeness: 'partial' },
      callScope({ deadlineAt }),
    );
    return {
      data: JSON.parse(answer.data.toString()),
      missing: answer.meta.missing,
      text: answer.data.toString(),
    };
  } catch (error) {
    if (error instanceof AppError) return { code: error.code };
    throw error;
  }
}

/** Every value at a dotted path; `[]` stands for the items of a list. */
function valuesAt(value: unknown, path: readonly string[]): unknown[] {
  const [name, ...rest] = path;
  if (name === undefined || value === null || value === undefined) return [value ?? null];
  if (name.endsWith('[]')) {
    const list = (value as Record<string, unknown>)[name.slice(0, -2)];
    return Array.isArray(list) ? list.flatMap((item) => valuesAt(item, rest)) : [list ?? null];
  }
  return valuesAt((value as Record<string, unknown>)[name], rest);
}

/** Words that a schema allows, wherever in it. */
function enumsOf(schema: z.ZodType): string[][] {
  const { def } = schema as unknown as { def: Record<string, unknown> };
  if (def.type === 'enum') return [Object.values(def.entries as Record<string, string>)];
  const inner = [def.innerType, def.element, ...Object.values((def.shape as object | undefined) ?? {})];
  return inner.flatMap((part) => (part === undefined ? [] : enumsOf(part as z.ZodType)));
}

const honest = new Set(['INSUFFICIENT_DATA', 'COHORT_TOO_SMALL']);
const dictionary = metricDictionary(registry);

describe.each(registry.map((analytic) => [analytic.id, analytic] as const))('%s', (id, analytic) => {
  it('answers its own schema for everybody, or says that there is too little to answer from', async () => {
    const run = running();
    for (const subject of subjectsOf(analytic)) {
      const ending = await ask(run, analytic, subject);
      if ('code' in ending) expect(honest, `${subject.id}: ${ending.code}`).toContain(ending.code);
      else expect(analytic.result.safeParse(ending.data).error?.issues ?? []).toEqual([]);
    }
  });

  it('gives the same bytes for the same input', async () => {
    for (const subject of subjectsOf(analytic).slice(0, 3)) {
      const [first, second] = [
        await ask(running(), analytic, subject),
        await ask(running(), analytic, subject),
      ];
      expect(second).toEqual(first);
    }
  });

  it.each(services)('without %s says null and why, or that it cannot answer: never zero', async (service) => {
    const run = running([service]);
    const [subject] = subjectsOf(analytic);
    if (subject === undefined) throw new Error('an analytic about nobody');
    const ending = await ask(run, analytic, subject);
    if ('code' in ending) {
      expect([...honest, 'UPSTREAM_UNAVAILABLE']).toContain(ending.code);
      return;
    }
    for (const row of ending.missing.filter((one) => one.service === service)) {
      const values = valuesAt(ending.data, row.field.split('.'));
      // Of a list it is some items that are not known: those that the service would have told about.
      const isList = row.field.includes('[]');
      const isNull = (value: unknown) => value === null;
      const isUnknown = isList ? values.length === 0 || values.some(isNull) : values.every(isNull);
      expect(isUnknown, `${row.field}: ${JSON.stringify(values)}`).toBe(true);
    }
    const reads = dictionary.find((metric) => metric.id === id)?.sources ?? [];
    const said = ending.missing.some((row) => row.service === service);
    if (!reads.includes(service)) expect(said && service !== 'directory').toBe(false);
  });

  it('explains every figure and every word in the dictionary', () => {
    const row = dictionary.find((metric) => metric.id === id);
    expect(row?.figures.every(({ description }) => description.length > 2)).toBe(true);
    const explained = row?.figures.flatMap(({ values }) => values ?? []) ?? [];
    for (const words of enumsOf(analytic.result)) expect(explained).toEqual(expect.arrayContaining(words));
  });
});
