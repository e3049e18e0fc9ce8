import { describe, expect, it } from 'vitest';
import { againstPeers, comparable } from '../../../src/domain/analytics/teaching-peers.ts';

describe('peers of a trainer', () => {
  const peer = (courseId: string, level: string | null, size: number) => ({ courseId, level, people: size });

  it('are other courses of the same level with half to one and a half times the people', () => {
    const candidates = [
      peer('half', 'beginner', 10),
      peer('less', 'beginner', 9),
      peer('more', 'beginner', 31),
      peer('half more', 'beginner', 30),
      peer('other', 'advanced', 20),
      peer('unknown', null, 20),
      peer('own', 'beginner', 20),
    ];
    const found = comparable({ courseId: 'own', level: 'beginner' }, 20, candidates);
    expect(found.map(({ courseId }) => courseId)).toEqual(['half', 'half more']);
    expect(comparable({ courseId: 'own', level: null }, 20, candidates)).toEqual([]);
  });

  it('of five at 60 and five at 80: 75 is five points above them, at the 68th percentile told as 70', () => {
    const peers = Array.from({ length: 10 }, (_, index) => ({ passRate: index < 5 ? 60 : 80, people: 30 }));
    // s = √(10·100/9) = 10.54, z = 0.474, 100 Φ(z) = 68.2; ten courses are told in steps of 10.
    expect(againstPeers(75, peers, 10)).toEqual({
      versus: { delta: 5, percentile: 70 },
      n: 10,
      reason: null,
    });
  });

  it('say nothing when they are unknown or too few, and no percentile when they are all alike', () => {
    const alike = Array.from({ length: 10 }, () => ({ passRate: 60, people: 30 }));
    expect(againstPeers(75, null, 10)).toEqual({ versus: null, n: null, reason: 'insufficient_data' });
    expect(againstPeers(75, alike.slice(1), 10)).toEqual({ versus: null, n: null, reason: 'suppressed' });
    expect(againstPeers(null, alike, 10)).toEqual({ versus: null, n: 10, reason: 'insufficient_data' });
    expect(againstPeers(75, alike, 10).versus).toEqual({ delta: 15, percentile: null });
  });
});
