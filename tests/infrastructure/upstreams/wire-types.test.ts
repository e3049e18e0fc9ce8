import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { calendarDays } from '../../../src/domain/time.ts';
import {
  list,
  orElse,
  orNone,
  row,
  wireCode,
  wireCount,
  wireEnum,
  wireEnumOrNull,
  wireFlag,
  wireId,
  wireIdOrNull,
  wireInstant,
  wireInstantOrNull,
  wireLevel,
  wireNumber,
  wireRating,
  wireRoles,
  wireScore,
  wireText,
} from '../../../src/infrastructure/upstreams/wire-types.ts';

const invalid = Symbol('invalid');
const read = (schema: z.ZodType, value: unknown): unknown => {
  const result = schema.safeParse(value);
  return result.success ? result.data : invalid;
};
/** Read as a member that the reply leaves out. */
const readAbsent = (schema: z.ZodType): unknown => {
  const result = z.object({ member: schema }).safeParse({});
  return result.success ? result.data.member : invalid;
};

const unknownSkill = { skillId: 's-0', level: 0 };
const noon = Date.UTC(2026, 0, 31, 12);

describe('pieces of wire schemas', () => {
  it('reads an instant of any form as Date.parse does', () => {
    const part = (most: number, length = 2) =>
      fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(length, '0'));
    const instants = fc.tuple(
      part(9999, 4),
      part(13),
      part(32),
      part(25),
      part(60),
      part(60),
      fc.constantFrom('', '.000', '.007', '.999'),
    );
    fc.assert(
      fc.property(instants, ([year, month, day, hour, minute, second, ms]) => {
        const text = `${year}-${month}-${day}T${hour}:${minute}:${second}${ms}Z`;
        const at = Date.parse(text);
        const isReckonedWith = at >= Date.parse(calendarDays.first) && at < Date.parse(calendarDays.last);
        expect(read(wireInstant, text)).toBe(isReckonedWith ? at : invalid);
      }),
      { numRuns: 2000 },
    );
  });

  it('says where in a row of lists of rows something could not be read, and reads the rest', () => {
    const skill = row({ skillId: wireId, level: wireLevel });
    const schema = list(
      row({ userId: wireId, skills: list(skill), best: orElse(skill, () => unknownSkill) }),
    );
    const good = { skillId: 's-1', level: 2 };
    expect(schema.parse([{ userId: 1, skills: [good], extra: 'left out' }])).toEqual([
      { userId: '1', skills: [good], best: unknownSkill },
    ]);
    const wrong = [
      { userId: 'u-1', skills: [] },
      { skills: [good, { skillId: 's-2' }], best: [] },
      { userId: 'u-3', skills: {} },
    ];
    expect(schema.safeParse(wrong).error?.issues.map(({ path }) => path.join('.'))).toEqual([
      '1.userId',
      '1.skills.1.level',
      '1.best',
      '2.skills',
    ]);
  });

  it.each<[string, z.ZodType, unknown, unknown]>([
    ['a number as text is a number', wireNumber, ' 12.5 ', 12.5],
    ['text that is no number is invalid', wireNumber, '12 apples', invalid],
    ['blank text is not 0', wireNumber, '', invalid],
    [
      'a UUID is lower-cased',
      wireId,
      '0B8F3C1E-5D2A-4F6B-9C7D-1E2F3A4B5C6D',
      '0b8f3c1e-5d2a-4f6b-9c7d-1e2f3a4b5c6d',
    ],
    ['another id keeps its case', wireId, 'User_A', 'User_A'],
    ['an id may be sent as a number', wireId, 17, '17'],
    ['an id with a slash is invalid', wireId, 'a/b', invalid],
    ['an id of 65 characters is invalid', wireId, 'x'.repeat(65), invalid],
    ['a blank optional id is null', wireIdOrNull, '', null],
    ['a malformed optional id is invalid', wireIdOrNull, 'a b', invalid],
    ['an instant with Z', wireInstant, '2026-01-31T12:00:00Z', noon],
    ['an instant with an offset', wireInstant, '2026-01-31T14:00:00+02:00', noon],
    ['an offset without a colon', wireInstant, '2026-01-31T14:00:00+0200', noon],
    ['an offset of hours only', wireInstant, '2026-01-31 14:00:00+02', noon],
    ['a naive time is UTC', wireInstant, '2026-01-31T12:00:00', noon],
    ['a naive time with a blank and microseconds is UTC', wireInstant, '2026-01-31 12:00:00.000123', noon],
    ['a date is its midnight in UTC', wireInstant, '2026-01-31', noon - 43_200_000],
    ['text that is no time is invalid', wireInstant, 'yesterday', invalid],
    ['a day that stands for never is unknown', wireInstantOrNull, '9999-12-31T23:59:59Z', null],
    ['a day that stands for nothing is unknown', wireInstantOrNull, '0001-01-01T00:00:00', null],
    ['a month 13 is invalid', wireInstant, '2026-13-01T00:00:00Z', invalid],
    ['a blank optional instant is null', wireInstantOrNull, '', null],
    ['a score as text', wireScore, '80', 80],
    ['a score of 0 is a score', wireScore, 0, 0],
    ['a score above 100 is unknown, not 100', wireScore, 101, null],
    ['a negative score is unknown, not 0', wireScore, -1, null],
    ['a score that is no number is unknown', wireScore, 'n/a', null],
    ['a rating of 0 is no rating', wireRating, 0, null],
    ['a rating of 5', wireRating, '5', 5],
    ['a level of 5 is invalid', wireLevel, 5, invalid],
    ['a level as text', wireLevel, '4', 4],
    ['a negative count is invalid', wireCount, -1, invalid],
    ['half a count is invalid', wireCount, 1.5, invalid],
    ['a missing count is not 0', wireCount, null, invalid],
    ['yes as text', wireFlag, 'TRUE', true],
    ['no as a digit', wireFlag, 0, false],
    ['neither yes nor no is unknown', wireFlag, 'perhaps', null],
    ['a member of every object is unknown', wireFlag, 'constructor', null],
    ['the prototype is unknown', wireFlag, '__proto__', null],
    ['an open word becomes a code', wireCode, 'In Progress', 'in_progress'],
    ['blank text is null', wireText, '  ', null],
    ['unknown roles are dropped, known ones normalised', wireRoles, ['Org-Admin', 'wizard'], ['org_admin']],
    ['null tags are none', orNone(wireId), null, []],
    ['tags of another shape are invalid', orNone(wireId), 'a,b', invalid],
  ])('%s', (_, schema, value, expected) => {
    expect(read(schema, value)).toEqual(expected);
  });

  it.each<[string, z.ZodType, unknown]>([
    ['text', wireText, null],
    ['a score', wireScore, null],
    ['a flag', wireFlag, null],
    ['an optional id', wireIdOrNull, null],
    ['an optional instant', wireInstantOrNull, null],
    ['tags', orNone(wireId), []],
    ['an id', wireId, invalid],
    ['a count', wireCount, invalid],
    ['an instant', wireInstant, invalid],
  ])('reads %s that is absent', (_, schema, expected) => {
    expect(readAbsent(schema)).toEqual(expected);
  });

  it.each(['in_progress', 'In Progress', 'IN-PROGRESS', 'inProgress', 'active'])(
    'reads %s as in_progress',
    (text) => {
      expect(read(wireEnum(['in_progress', 'done'], { active: 'in_progress' }), text)).toBe('in_progress');
    },
  );

  it('refuses an unknown word where a state is required, and reads it as null where it is not', () => {
    expect(read(wireEnum(['a', 'b']), 'c')).toBe(invalid);
    expect(read(wireEnumOrNull(['a', 'b']), 'c')).toBe(null);
  });
});
