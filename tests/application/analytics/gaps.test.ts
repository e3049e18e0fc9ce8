import { describe, expect, it } from 'vitest';
import { type Gap, withGaps } from '../../../src/application/analytics/gaps.ts';

const gap = (reason: Gap['reason'], ...fields: string[]): Gap => ({ fields, reason, service: 'content' });
const row = (field: string, reason: Gap['reason'] = 'unavailable') => ({ field, reason, service: 'content' });
const figures = () => ({
  total: 5,
  parts: { one: 1, two: 2 },
  bins: [1, 2],
  list: [
    { code: 'a', value: 1, note: 'x' },
    { code: 'b', value: 2 },
  ],
});
const told = (missing: Parameters<typeof withGaps>[0]['missing'], ...gaps: Gap[]) =>
  withGaps({ data: figures(), missing }, gaps);

describe('figures of a source that failed', () => {
  it('are null whatever was computed, and said', () => {
    expect(told([], gap('unavailable', 'total', 'parts.one'))).toEqual({
      data: { ...figures(), total: null, parts: { one: null, two: 2 } },
      missing: [row('total'), row('parts.one')],
    });
  });

  it('are named for all members, all items, or the items that say so', () => {
    const { data, missing } = told(
      [],
      gap('unavailable', 'parts.*', 'bins.*', 'list[code=b].value', 'list[code!=b].note'),
    );
    expect(data).toEqual({
      total: 5,
      parts: { one: null, two: null },
      bins: [null, null],
      list: [
        { code: 'a', value: 1, note: null },
        { code: 'b', value: null },
      ],
    });
    expect(missing.map(({ field }) => field)).toEqual([
      'parts.one',
      'parts.two',
      'bins[]',
      'list[].value',
      'list[].note',
    ]);
  });

  it('give an item nothing that it need not have', () => {
    expect(told([], gap('unavailable', 'list[].note')).data).toMatchObject({
      list: [{ note: null }, { code: 'b', value: 2 }],
    });
    expect(JSON.stringify(told([], gap('unavailable', 'list[].note')).data)).not.toContain(
      '"b","value":2,"note"',
    );
  });

  it('are said once, with that within which they lie, and not again as too little data', () => {
    const { missing } = told(
      [
        { field: 'list[].value', reason: 'insufficient_data' },
        { field: 'parts', reason: 'insufficient_data' },
        { field: 'total', reason: 'suppressed' },
      ],
      gap('unavailable', 'list', 'list[].value', 'parts.*'),
      gap('unavailable', 'list'),
    );
    expect(missing).toEqual([
      row('list'),
      row('parts.one'),
      row('parts.two'),
      { field: 'total', reason: 'suppressed' },
    ]);
  });

  it('leave what was computed as it was', () => {
    const data = figures();
    withGaps({ data, missing: [] }, [gap('unavailable', 'total')]);
    expect(data).toEqual(figures());
  });
});

describe('figures of a source that is not configured or knows nothing', () => {
  it('are said where the metric has left them null, and told where it has not', () => {
    const data = { ...figures(), total: null };
    const { data: same, missing } = withGaps(
      { data, missing: [{ field: 'total', reason: 'insufficient_data' }] },
      [gap('not_configured', 'total', 'parts.one')],
    );
    expect(same).toEqual(data);
    expect(missing).toEqual([row('total', 'not_configured')]);
  });

  it('are named one by one, and not with members that are told', () => {
    const data = { parts: { one: null, two: 2 } };
    const { missing } = withGaps({ data, missing: [] }, [gap('insufficient_data', 'parts.*')]);
    expect(missing).toEqual([row('parts.one', 'insufficient_data')]);
  });

  it('are the failed source’s when one failed', () => {
    const { missing } = told([], gap('insufficient_data', 'total'), gap('unavailable', 'total'));
    expect(missing).toEqual([row('total')]);
  });
});
