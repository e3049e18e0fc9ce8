import { describe, expect, it } from 'vitest';
import { allItems } from '../../../src/application/ports/page.ts';
import { makeDirectoryClient } from '../../../src/infrastructure/upstreams/directory.ts';
import { failureFrom, lowerUuid, makeService, testWire, upperUuid, utc } from './service.ts';

const service = makeService();
const client = () => makeDirectoryClient(testWire());
const window = { from: utc('2026-01-01T00:00:00Z'), to: utc('2026-01-31T00:00:00Z') };
const wireMember = {
  userId: 'u1',
  fullName: 'Ada',
  departmentId: 'd1',
  departmentName: 'Research',
  teamId: 't1',
  managerId: null,
  position: 'Analyst',
  roles: ['learner'],
  hiredAt: '2020-05-01',
  isActive: true,
};
const member = { ...wireMember, organizationId: 'o1', hiredAt: utc('2020-05-01T00:00:00Z') };

describe('directory client', () => {
  it('answers an organization, its size also as text', async () => {
    const organization = { id: 'o1', name: 'Org', timeZone: 'Europe/Paris', industry: 'steel' };
    service.answer('/organizations/o1', { ...organization, size: '1200' });
    expect(await client().organization('o1')).toEqual({ ...organization, size: 1200 });
  });

  it('answers null for an unknown organization, and fails on an empty object', async () => {
    service.answer('/organizations/o1', {}, 404);
    expect(await client().organization('o1')).toBeNull();
    service.answer('/organizations/o1', {});
    expect(await failureFrom(client().organization('o1'))).toBe('invalid_response');
  });

  it('refuses another organization than the one asked for', async () => {
    service.answer('/organizations/o1', { id: 'o2' });
    expect(await failureFrom(client().organization('o1'))).toBe('invalid_response');
  });

  it('answers one page of members with its cursor', async () => {
    service.answer('/organizations/o1/members', { items: [wireMember], nextCursor: 'n' });
    expect(await client().members('o1', 'c')).toEqual({ items: [member], nextCursor: 'n' });
    expect(service.asked[0]?.query).toEqual({ limit: '1000', cursor: 'c' });
  });

  it('keeps someone in two teams once, with the department that one of the rows knows', async () => {
    const rows = [
      { ...wireMember, departmentId: null, teamId: 't2' },
      wireMember,
      { ...wireMember, userId: 'u2' },
    ];
    service.answer('/organizations/o1/members', { items: rows, nextCursor: null });
    const { items } = await client().members('o1', null);
    expect(items).toEqual([member, { ...member, userId: 'u2' }]);
  });

  it('keeps people with no team or department', async () => {
    const row = { ...wireMember, departmentId: '', departmentName: null, teamId: undefined };
    service.answer('/organizations/o1/members', { items: [row], nextCursor: null });
    const { items } = await client().members('o1', null);
    expect(items[0]).toMatchObject({ userId: 'u1', departmentId: null, departmentName: null, teamId: null });
  });

  it('leaves out members of another tenant when the filter is ignored', async () => {
    const rows = [
      { ...wireMember, organizationId: 'o2' },
      { ...wireMember, userId: 'u2', organizationId: 'o1' },
    ];
    service.answer('/organizations/o1/members', { items: rows, nextCursor: null });
    expect((await client().members('o1', null)).items.map(({ userId }) => userId)).toEqual(['u2']);
  });

  it('keeps members whose organization is spelled in another case', async () => {
    const row = { ...wireMember, organizationId: upperUuid };
    service.answer(`/organizations/${lowerUuid}/members`, { items: [row], nextCursor: null });
    expect((await client().members(lowerUuid, null)).items[0]?.organizationId).toBe(lowerUuid);
  });

  it('ends on an empty last page', async () => {
    service.answerPages('/organizations/o1/members', [[wireMember], []]);
    expect(await allItems((cursor) => client().members('o1', cursor))).toEqual([member]);
  });

  it('stops when the cursor of members repeats', async () => {
    service.answer('/organizations/o1/members', { items: [wireMember], nextCursor: 'same' });
    const all = allItems((cursor) => client().members('o1', cursor));
    expect(await failureFrom(all)).toBe('invalid_response');
    expect(service.asked).toHaveLength(2);
  });

  it('does not say that an unknown organization has no members', async () => {
    service.answer('/organizations/o1/members', {}, 404);
    expect(await failureFrom(client().members('o1', null))).toBe('not_found');
  });

  it('answers one person with the organization, secrets stripped', async () => {
    service.answer('/users/u1', { ...wireMember, organizationId: 'o1', password_hash: 'x' });
    expect(await client().user('u1')).toEqual(member);
  });

  it('refuses another person than the one asked for', async () => {
    service.answer('/users/u1', { ...wireMember, userId: 'u2' });
    expect(await failureFrom(client().user('u1'))).toBe('invalid_response');
  });

  it('answers goals once each, with numbers as text', async () => {
    const goal = {
      id: 'g1',
      name: 'Grow',
      weight: '2',
      targetSkills: [{ skillId: 's1', requiredLevel: '3' }],
      kpi: { value: '7.5', target: 10, unit: 'percent' },
    };
    service.answer('/organizations/o1/goals', { items: [goal, goal] });
    expect(await client().goals('o1')).toEqual([
      {
        ...goal,
        weight: 2,
        targetSkills: [{ skillId: 's1', requiredLevel: 3 }],
        kpi: { value: 7.5, target: 10, unit: 'percent' },
      },
    ]);
  });

  it('knows no goals from unknown goals', async () => {
    service.answer('/organizations/o1/goals', { items: [] });
    expect(await client().goals('o1')).toEqual([]);
    service.answer('/organizations/o1/goals', {}, 404);
    expect(await client().goals('o1')).toBeNull();
    service.answer('/organizations/o1/goals', { items: [{ id: 'g1', name: 'Grow' }] });
    expect(await failureFrom(client().goals('o1'))).toBe('invalid_response');
  });

  it('asks for log-ins by ISO instants and filters window and person again', async () => {
    const rows = [
      { at: '2026-01-02T10:00:00', durationSeconds: '60' },
      { at: '2026-01-02T10:00:00Z', durationSeconds: 60 },
      { at: '2025-12-31T23:59:59Z', durationSeconds: 60 },
      { at: '2026-01-03T10:00:00Z', durationSeconds: -5 },
      { at: '2026-01-04T10:00:00Z', durationSeconds: 60, userId: 'u2' },
    ];
    service.answer('/users/u1/logins', { items: rows, nextCursor: null });
    expect(await client().logins('u1', window)).toEqual([
      { at: utc('2026-01-02T10:00:00Z'), durationSeconds: 60 },
      { at: utc('2026-01-03T10:00:00Z'), durationSeconds: null },
    ]);
    expect(service.asked[0]?.query).toEqual({
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-31T00:00:00.000Z',
      limit: '1000',
    });
  });
});
