import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { audiences, sectionsOf } from '../../../src/application/analytics/registry.ts';
import type { Section } from '../../../src/application/dashboards/dashboard.ts';
import type { SummaryFacts } from '../../../src/application/ports/reports.ts';
import {
  buildReport,
  inputOf,
  peopleIn,
  type ReportInput,
} from '../../../src/application/reports/build-report.ts';
import { cellText } from '../../../src/application/reports/cell-text.ts';
import { summarizeByRules } from '../../../src/application/reports/summarize-by-rules.ts';
import { type FieldView, views } from '../../../src/application/reports/views.ts';
import { isWord, languages, wordIn, wordOfCode } from '../../../src/application/reports/words.ts';

interface Shape {
  type?: string;
  enum?: string[];
  anyOf?: Shape[];
  items?: Shape;
  properties?: Record<string, Shape>;
}

/** The part of a result's shape at a path; null-or-something is the something. */
function shapeAt(shape: Shape | undefined, path: string): Shape | undefined {
  const bare = (one: Shape | undefined): Shape | undefined =>
    one?.anyOf === undefined ? one : bare(one.anyOf.find(({ type }) => type !== 'null'));
  return path
    .split('.')
    .reduce<Shape | undefined>((node, step) => bare(bare(node)?.properties?.[step]), shape);
}

const kindFits = (kind: string, shape: Shape): boolean => {
  const { type, enum: codes, properties } = shape;
  if (kind === 'code') return codes !== undefined;
  if (kind === 'codes') return type === 'array' && shape.items?.enum !== undefined;
  if (kind === 'interval') return properties?.value !== undefined && properties.low !== undefined;
  if (['text', 'day', 'instant', 'month'].includes(kind)) return type === 'string' && codes === undefined;
  return type === 'number' || type === 'integer';
};

const analytics = audiences.flatMap((audience) => [...sectionsOf(audience).values()]);
const fields = analytics.flatMap((analytic) => {
  const shape = z.toJSONSchema(analytic.result, { unrepresentable: 'any' }) as Shape;
  const view = views[analytic.id];
  const listed = (rows: string, columns: readonly FieldView[]) =>
    columns.map((column) => ({
      id: analytic.id,
      at: shapeAt(shapeAt(shape, rows)?.items, column[0]),
      field: column,
    }));
  return [
    ...(view?.figures ?? []).map((field) => ({ id: analytic.id, at: shapeAt(shape, field[0]), field })),
    ...(view?.tables ?? []).flatMap(({ rows, columns }) => listed(rows, columns)),
    ...(view?.charts ?? []).flatMap((chart) => {
      if (chart.kind === 'bars')
        return chart.of.map((field) => ({ id: analytic.id, at: shapeAt(shape, field[0]), field }));
      if (chart.kind === 'columns') {
        const at = shapeAt(shape, chart.rows)?.items;
        return [
          { id: analytic.id, at: at?.anyOf?.[0] ?? at, field: [chart.rows, 'count', chart.label] as const },
        ];
      }
      return listed(chart.rows, [[chart.y, 'decimal', chart.label]]);
    }),
  ];
});

describe('what reports show', () => {
  it('is said for every analytic that a dashboard shows', () => {
    expect(analytics.map(({ id }) => id).filter((id) => views[id] === undefined)).toEqual([]);
    expect(fields.length).toBeGreaterThan(100);
  });

  it.each(fields.map(({ id, at, field }) => [id, field[0], field, at] as const))(
    '%s %s is there, of its kind, and has words',
    (_id, path, [, kind, label], at) => {
      expect(at).toBeDefined();
      expect(at !== undefined && kindFits(kind, at), JSON.stringify(at)).toBe(true);
      expect(label ?? path.slice(path.lastIndexOf('.') + 1)).toSatisfy(isWord);
      for (const code of at?.enum ?? at?.items?.enum ?? [])
        if (kind.startsWith('code')) expect(wordOfCode(code), code).not.toBeNull();
    },
  );

  it('summarizes figures that there are', () => {
    for (const [id, { figures, highlights }] of Object.entries(views)) {
      expect(
        figures.map(([path]) => path),
        id,
      ).toEqual(expect.arrayContaining([...highlights]));
      expect(id).toSatisfy(isWord);
    }
  });
});

const analytic = sectionsOf('organization').get('departmentAnalytics');
const velocity = sectionsOf('organization').get('learningVelocity');
if (analytic === undefined || velocity === undefined) throw new Error('there is no such section');

const meta = (changes: Partial<NonNullable<Section['meta']>> = {}): NonNullable<Section['meta']> => ({
  ...{ calculatedAt: '2026-03-10T12:00:00.000Z', dataSource: 'realtime', asOf: '2026-03-10T11:00:00.000Z' },
  ...{ cacheExpiry: null, complete: true, sources: [], missing: [], metric: { id: 'a', version: 1 } },
  ...changes,
});
const row = { departmentId: 'd-1', name: 'Sales', learners: 12, completionPercent: 0, engagementScore: null };
const departmentSection = (): Section => ({
  status: 'ok',
  data: {
    departments: [
      { ...row, averageScore: 70, skillsCovered: 3, trend: 'falling', suppressed: false },
      {
        ...row,
        name: 'Law',
        learners: null,
        averageScore: null,
        skillsCovered: null,
        trend: null,
        suppressed: true,
      },
    ],
    comparison: null,
  },
  meta: meta({
    missing: [{ field: 'departments[].engagementScore', reason: 'unavailable', service: 'devlab' }],
  }),
});
const failed: Section = {
  ...{ status: 'unavailable', data: null, meta: null },
  error: { code: 'UPSTREAM_UNAVAILABLE', message: 'away' },
};

const inputWith = (sections: Record<string, Section>): ReportInput => ({
  about: {
    ...{ type: 'organization', subject: { id: 'org-1', name: 'Acme' }, organizationId: 'org-1' },
    ...{ courseId: null, language: 'en', period: null },
  },
  analytics: new Map([
    ['learningVelocity', velocity],
    ['departmentAnalytics', analytic],
  ]),
  sections,
});

describe('a report', () => {
  it('says why a figure is not known, and never makes zero of it', async () => {
    const report = await buildReport(
      inputWith({ departmentAnalytics: departmentSection() }),
      'd',
      summarizeByRules,
    );
    const [table] = report?.sections[0]?.tables ?? [];
    const text = table?.rows.map((cells) => cells.map((cell) => cellText('en', cell)));
    expect(text).toEqual([
      ['Sales', '12', '0%', 'source unavailable', '70', '3', 'falling'],
      [
        'Law',
        'withheld: small group',
        '0%',
        'withheld: small group',
        ...Array(3).fill('withheld: small group'),
      ],
    ]);
  });

  it('keeps a section that failed, as failed', async () => {
    const sections = { learningVelocity: failed, departmentAnalytics: departmentSection() };
    const report = await buildReport(inputWith(sections), 'd', summarizeByRules);
    expect(report).toMatchObject({ complete: false, asOf: '2026-03-10T11:00:00.000Z' });
    expect(report?.sections.map(({ id, problem }) => [id, problem])).toEqual([
      ['organization.learning-velocity', 'UPSTREAM_UNAVAILABLE'],
      ['organization.department-analytics', null],
    ]);
    expect(await buildReport(inputWith({ learningVelocity: failed }), 'd', summarizeByRules)).toBeNull();
  });

  it('rests on its input, not on when or in which words it is made', () => {
    const input = inputWith({ departmentAnalytics: departmentSection() });
    const later = departmentSection();
    later.meta = {
      ...meta(later.meta ?? {}),
      calculatedAt: '2026-03-11T12:00:00.000Z',
      cacheExpiry: '2026-03-12T12:00:00.000Z',
    };
    expect(inputOf(inputWith({ departmentAnalytics: later }))).toBe(inputOf(input));
    expect(inputOf({ ...input, about: { ...input.about, language: 'he' } })).toBe(inputOf(input));
    later.meta = { ...later.meta, asOf: '2026-03-11T12:00:00.000Z' };
    expect(inputOf(inputWith({ departmentAnalytics: later }))).not.toBe(inputOf(input));
  });

  it('tells its summary codes and numbers, no name and no id', async () => {
    let told: SummaryFacts | undefined;
    const data = {
      overallPace: 1.5,
      targetPace: 2,
      trend: 'falling',
      onTrackPercent: null,
      learners: 40,
      active: 30,
    };
    const lists = {
      completionWeeks: { median: 3, p90: 9 },
      departments: [{ ...row, pace: 1, onTrackPercent: 2 }],
      monthly: [],
    };
    const sections = {
      learningVelocity: { status: 'ok', data: { ...data, ...lists }, meta: meta() } as const,
    };
    const report = await buildReport(inputWith(sections), 'd', async (facts, about) => {
      told = facts;
      return summarizeByRules(facts, about);
    });
    expect(JSON.stringify(told)).not.toMatch(/Acme|Sales|org-1|d-1/);
    expect(told?.attention.map(({ label, cell }) => [label, cell.value])).toEqual([['trend', 'falling']]);
    expect(report?.summary).toEqual({
      text: 'Learning velocity: Topics per week 1.5, Trend falling, Learners 40.\nNeeds attention: Learning velocity – Trend falling.',
      ...{ source: 'rules', model: null },
    });
  });

  it('knows whom it names', () => {
    const data = {
      atRisk: [{ userId: 'u-2', fullName: 'B' }, { userId: 'u-1' }],
      deep: { list: [{ userId: 'u-2' }] },
    };
    expect(peopleIn({ a: { status: 'ok', data, meta: null }, b: failed })).toEqual(['u-1', 'u-2']);
  });
});

describe('values in words', () => {
  it.each([
    ['en', { kind: 'interval', value: { value: 70, low: 60.04, high: 80 } }, '70 (60 – 80)'],
    ['he', { kind: 'percent', value: -3.26 }, '\u2066\u200e-3.3%\u2069'],
    ['ar', { kind: 'probability', value: 0.456 }, '\u206646%\u2069'],
    ['en', { kind: 'count', value: 12_345 }, '12,345'],
    ['en', { kind: 'codes', value: ['low_scores', 'behind_plan'] }, 'low scores, behind plan'],
    ['en', { kind: 'code', value: 'a_new_code' }, 'a new code'],
    ['en', { kind: 'day', value: null }, '–'],
    ['he', { kind: 'code', value: 'high' }, 'גבוה'],
  ] as const)('%s %j is %j', (language, cell, text) => {
    // Some marks around a minus differ between versions of Unicode’s data.
    const bare = (one: string) => one.replaceAll(/[\u061c\u200e\u200f]/g, '');
    expect(bare(cellText(language, { ...cell }))).toBe(bare(text));
  });

  it('are there in all languages, each in its own script', () => {
    for (const word of ['learnerReport', 'suppressed', 'falling'] as const)
      expect(languages.map((language) => wordIn(language, word))).toEqual([
        expect.stringMatching(/^[a-z: ]+$/i),
        expect.stringMatching(/[\u05d0-\u05ea]/),
        expect.stringMatching(/[\u0621-\u064a]/),
      ]);
  });
});
