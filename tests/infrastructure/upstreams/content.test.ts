import { describe, expect, it } from 'vitest';
import { makeContentClient } from '../../../src/infrastructure/upstreams/content.ts';
import { failureFrom, makeService, testWire, utc } from './service.ts';

const service = makeService();
const client = () => makeContentClient(testWire());
const window = { from: utc('2026-01-01T00:00:00Z'), to: utc('2026-01-31T00:00:00Z') };
const content = { contentId: 'k1', topicId: 'p1', type: 'video', durationSeconds: 600, generation: 'ai' };
const usage = { contentId: 'k1', views: 5, uniqueViewers: 4, completions: 3, secondsSpent: 1000 };
const wireView = {
  contentId: 'k1',
  type: 'video',
  topicId: 'p1',
  at: '2026-01-02T10:00:00Z',
  secondsSpent: 300,
  completed: true,
};
const view = { ...wireView, at: utc(wireView.at) };
const page = (...items: object[]) => ({ items: items as Record<string, string>[], nextCursor: null });

describe('content client', () => {
  it('answers the contents of a course, once each, over all pages', async () => {
    service.answerPages('/courses/c1/contents', [[content], [content, { ...content, contentId: 'k2' }], []]);
    expect(await client().contents('c1')).toEqual([content, { ...content, contentId: 'k2' }]);
  });

  it.each(['mind_map', 'Mind-Map', 'mindMap', 'MINDMAP'])('reads the type %s as mind_map', async (type) => {
    service.answer('/courses/c1/contents', page({ ...content, type }));
    expect((await client().contents('c1'))?.[0]?.type).toBe('mind_map');
  });

  it('refuses an unknown type; an unknown way of generation is null', async () => {
    service.answer('/courses/c1/contents', page({ ...content, type: 'hologram' }));
    expect(await failureFrom(client().contents('c1'))).toBe('invalid_response');
    service.answer('/courses/c1/contents', page({ ...content, generation: 'dreamt' }));
    expect((await client().contents('c1'))?.[0]?.generation).toBeNull();
  });

  it('answers null for an unknown course, none for an empty one, invalid for an empty object', async () => {
    service.answer('/courses/c1/usage', {}, 404);
    expect(await client().usage('c1')).toBeNull();
    service.answer('/courses/c1/usage', page());
    expect(await client().usage('c1')).toEqual([]);
    service.answer('/courses/c1/usage', {});
    expect(await failureFrom(client().usage('c1'))).toBe('invalid_response');
  });

  it('reads usage with numbers as text, once per content, without other courses', async () => {
    const rows = [
      { ...usage, views: '5', secondsSpent: '1000' },
      usage,
      { ...usage, contentId: 'k9', courseId: 'c9' },
    ];
    service.answer('/courses/c1/usage', page(...rows));
    expect(await client().usage('c1')).toEqual([usage]);
  });

  it('calls a missing count invalid, and a missing duration unknown', async () => {
    service.answer('/courses/c1/usage', page({ ...usage, views: null }));
    expect(await failureFrom(client().usage('c1'))).toBe('invalid_response');
    service.answer('/courses/c1/usage', page({ ...usage, secondsSpent: null }));
    expect((await client().usage('c1'))?.[0]?.secondsSpent).toBeNull();
  });

  it('filters views by window and person again and keeps each once, naive times as UTC', async () => {
    const rows = [
      wireView,
      { ...wireView, at: '2026-01-02T10:00:00' },
      { ...wireView, at: '2026-02-02T10:00:00Z' },
      { ...wireView, contentId: 'k2', userId: 'u2' },
    ];
    service.answer('/users/u1/views', page(...rows));
    expect(await client().views('u1', window)).toEqual([view]);
    expect(service.asked[0]?.query).toMatchObject({ from: '2026-01-01T00:00:00.000Z' });
  });

  it('keeps a view of an unknown type, the type being null', async () => {
    service.answer('/users/u1/views', page({ ...wireView, type: 'hologram' }));
    expect(await client().views('u1', window)).toEqual([{ ...view, type: null }]);
  });

  it('stops when the cursor of views repeats', async () => {
    service.answer('/users/u1/views', { items: [wireView], nextCursor: 'same' });
    expect(await failureFrom(client().views('u1', window))).toBe('invalid_response');
  });
});
