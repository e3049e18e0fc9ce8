import { describe, expect, it } from 'vitest';
import type { Meta } from '../../../src/application/analytics/answer.ts';
import type { Section } from '../../../src/application/dashboards/dashboard.ts';
import { dashboardMeta } from '../../../src/application/dashboards/dashboard-meta.ts';
import type { ErrorCode } from '../../../src/domain/errors.ts';

const at = (minute: number) => `2026-03-10T12:0${minute}:00.000Z`;
const section = (meta: Partial<Meta>, status: Section['status'] = 'ok'): Section => ({
  status,
  data: {},
  meta: {
    calculatedAt: at(5),
    dataSource: 'realtime',
    asOf: at(5),
    cacheExpiry: at(9),
    complete: status === 'ok',
    sources: [],
    missing: [],
    metric: { id: 'a.b', version: 1 },
    ...meta,
  },
});
const failed = (code: ErrorCode): Section => ({
  status: 'unavailable',
  data: null,
  meta: null,
  error: { code, message: '' },
});

describe('the meta of a page', () => {
  it('is never better than the worst of its sections', () => {
    const meta = dashboardMeta({
      a: section({ dataSource: 'cached', asOf: at(2), calculatedAt: at(3), cacheExpiry: at(8) }),
      b: section({ dataSource: 'mock', asOf: at(4), cacheExpiry: at(9) }),
    });
    expect(meta).toMatchObject({
      dataSource: 'mock',
      asOf: at(2),
      calculatedAt: at(3),
      cacheExpiry: at(8),
      complete: true,
    });
  });

  it('has one row per service: its worst part, its oldest word, and that it failed anywhere', () => {
    const { sources } = dashboardMeta({
      a: section({
        sources: [
          { service: 'courses', dataSource: 'realtime', asOf: at(5) },
          { service: 'skills', dataSource: null, asOf: null, error: 'timeout' },
        ],
      }),
      b: section({ sources: [{ service: 'courses', dataSource: 'stale', asOf: at(1) }] }),
      c: section({ sources: [{ service: 'skills', dataSource: 'cached', asOf: at(2) }] }),
    });
    expect(sources).toEqual([
      { service: 'courses', dataSource: 'stale', asOf: at(1) },
      { service: 'skills', dataSource: 'cached', asOf: at(2), error: 'timeout' },
    ]);
  });

  it('names what is missing by its section, and a section that is not there by itself, with the reason', () => {
    const meta = dashboardMeta({
      a: section({ missing: [{ field: 'pace', reason: 'unavailable', service: 'courses' }] }, 'partial'),
      b: failed('UPSTREAM_UNAVAILABLE'),
      c: failed('COHORT_TOO_SMALL'),
      d: failed('INSUFFICIENT_DATA'),
    });
    expect(meta.missing).toEqual([
      { field: 'a.pace', reason: 'unavailable', service: 'courses' },
      { field: 'b', reason: 'unavailable' },
      { field: 'c', reason: 'suppressed' },
      { field: 'd', reason: 'insufficient_data' },
    ]);
    expect([meta.complete, meta.cacheExpiry]).toEqual([false, null]);
  });

  it('says nothing of figures where there are none', () => {
    expect(dashboardMeta({ a: failed('UPSTREAM_UNAVAILABLE') })).toMatchObject({
      calculatedAt: null,
      dataSource: null,
      asOf: null,
      cacheExpiry: null,
      complete: false,
      sources: [],
    });
  });
});
