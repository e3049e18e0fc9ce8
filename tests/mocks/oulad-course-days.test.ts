import { describe, expect, it } from 'vitest';
import { makeCourseDays } from '../../mocks/oulad/course-days.ts';
import { ouladInstant } from '../../mocks/oulad.ts';

describe('course days', () => {
  it('start on the first of the month that the presentation is named after', () => {
    expect(ouladInstant('BBB-2013B', 0)).toBe('2013-02-01T18:00:00.000Z');
    expect(ouladInstant('AAA-2013J', 0)).toBe('2013-10-01T17:00:00.000Z');
    expect(() => ouladInstant('BBB', 0)).toThrow('not a presentation');
  });

  it('are calendar days in London, over the change of clocks', () => {
    expect(ouladInstant('BBB-2013B', 57)).toBe('2013-03-30T18:00:00.000Z');
    expect(ouladInstant('BBB-2013B', 58)).toBe('2013-03-31T17:00:00.000Z');
    expect(ouladInstant('BBB-2013B', -1)).toBe('2013-01-31T18:00:00.000Z');
  });

  it('begin to have happened at noon and are over at midnight', () => {
    const days = makeCourseDays('2013-02-01');
    const on = (text: string) => days.today(Date.parse(text));
    expect(on('2013-02-11T11:59:59Z')).toEqual({ day: 9, lastOver: 9 });
    expect(on('2013-02-11T12:00:00Z')).toEqual({ day: 10, lastOver: 9 });
    expect(on('2013-02-12T00:00:00Z')).toEqual({ day: 10, lastOver: 10 });
    expect(on('2013-05-02T10:59:59Z')).toEqual({ day: 89, lastOver: 89 });
    expect(on('2013-05-02T11:00:00Z')).toEqual({ day: 90, lastOver: 89 });
    expect(on('2013-01-30T12:00:00Z')).toEqual({ day: -2, lastOver: -3 });
  });
});
