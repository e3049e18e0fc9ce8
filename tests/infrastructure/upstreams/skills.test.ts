import { describe, expect, it } from 'vitest';
import { allItems } from '../../../src/application/ports/page.ts';
import { makeSkillsClient } from '../../../src/infrastructure/upstreams/skills.ts';
import { failureFrom, lowerUuid, makeService, testWire, upperUuid, utc } from './service.ts';

const service = makeService();
const client = () => makeSkillsClient(testWire());
const wireSkill = {
  skillId: 's1',
  name: 'Welding',
  category: 'craft',
  level: 2,
  requiredLevel: 3,
  importance: { business: 80, market: 60, career: 40 },
  prerequisites: ['s0'],
  acquiredAt: null,
  history: [{ at: '2026-01-02T00:00:00Z', level: 1 }],
};
const skill = { ...wireSkill, history: [{ at: utc('2026-01-02T00:00:00Z'), level: 1 }] };
const skillsOf = async (...items: object[]) => {
  service.answer('/users/u1/skills', { items: items as Record<string, string>[] });
  return client().forUser('u1');
};

describe('skills client', () => {
  it("answers a learner's skills, once each", async () => {
    expect(await skillsOf(wireSkill, wireSkill)).toEqual([skill]);
  });

  it('reads numbers as text, naive times as UTC and UUIDs in lower case', async () => {
    const history = [{ at: '2026-01-02T00:00:00', level: '1' }];
    const importance = { business: '80', market: '60', career: '40' };
    const wire = { ...wireSkill, skillId: upperUuid, level: '2', requiredLevel: '3', importance, history };
    expect(await skillsOf(wire)).toEqual([{ ...skill, skillId: lowerUuid }]);
  });

  it('reads an importance that is left out or out of range as unknown', async () => {
    const unknown = { business: null, market: null, career: null };
    expect((await skillsOf({ ...wireSkill, importance: null }))?.[0]?.importance).toEqual(unknown);
    expect((await skillsOf({ ...wireSkill, importance: { business: 900 } }))?.[0]?.importance).toEqual(
      unknown,
    );
  });

  it('does not take an unknown level for 0', async () => {
    expect(await failureFrom(skillsOf({ ...wireSkill, level: null }))).toBe('invalid_response');
    expect(await failureFrom(skillsOf({ ...wireSkill, level: 7 }))).toBe('invalid_response');
  });

  it('tells a skill that nobody requires from one of level 0', async () => {
    expect((await skillsOf({ ...wireSkill, requiredLevel: null }))?.[0]?.requiredLevel).toBeNull();
    expect((await skillsOf({ ...wireSkill, requiredLevel: 0 }))?.[0]?.requiredLevel).toBe(0);
  });

  it('calls missing prerequisites invalid; a missing history is none', async () => {
    expect(await failureFrom(skillsOf({ ...wireSkill, prerequisites: undefined }))).toBe('invalid_response');
    expect((await skillsOf({ ...wireSkill, history: null }))?.[0]?.history).toEqual([]);
  });

  it('leaves out the skills of others when everyone comes back', async () => {
    expect(
      await skillsOf({ ...wireSkill, skillId: 's9', userId: 'u9' }, { ...wireSkill, userId: 'u1' }),
    ).toEqual([skill]);
  });

  it.each([
    ['an empty object', {}, 200, 'invalid_response'],
    ['an error body', { error: 'x' }, 200, 'invalid_response'],
    ['404', {}, 404, null],
    ['an empty list', { items: [] }, 200, []],
  ])('reads %s', async (_, body, status, expected) => {
    service.answer('/users/u1/skills', body, status);
    expect(await failureFrom(client().forUser('u1'))).toEqual(expected);
  });

  it("answers a page of an organization's skills, once per learner and skill", async () => {
    const row = { userId: 'u1', skillId: 's1', level: '2' };
    const items = [row, row, { ...row, skillId: 's2' }];
    service.answer('/organizations/o1/skills', { items, nextCursor: 'n' });
    expect(await client().organizationSkills('o1', null)).toEqual({
      items: [
        { userId: 'u1', skillId: 's1', level: 2 },
        { userId: 'u1', skillId: 's2', level: 2 },
      ],
      nextCursor: 'n',
    });
  });

  it('stops when the cursor repeats and ends on an empty page', async () => {
    const all = () => allItems((cursor) => client().organizationSkills('o1', cursor));
    service.answer('/organizations/o1/skills', { items: [], nextCursor: 'same' });
    expect(await failureFrom(all())).toBe('invalid_response');
    service.answerPages('/organizations/o1/skills', [[{ userId: 'u1', skillId: 's1', level: 0 }], []]);
    expect(await all()).toEqual([{ userId: 'u1', skillId: 's1', level: 0 }]);
  });

  it('asks for the demand of one organization and leaves out that of others', async () => {
    const demand = {
      skillId: 's1',
      name: 'Welding',
      learners: 20,
      requiredBy: 3,
      openGaps: 5,
      enrollments: 12,
      monthly: [{ month: '2026-01', enrollments: 4 }],
    };
    const items = [{ ...demand, learners: '20' }, demand, { ...demand, skillId: 's9', organizationId: 'o9' }];
    service.answer('/skills/demand', { items });
    expect(await client().demand('o1')).toEqual([demand]);
    expect(service.asked[0]?.query).toEqual({ organizationId: 'o1' });
  });
});
