import { describe, expect, it } from 'vitest';
import { audienceOf, freshness } from '../../client/src/index.ts';
import { cachePolicies } from '../../src/application/analytics/cache-policies.ts';
import { reads } from '../acceptance/asking.ts';

describe('The client’s times', () => {
  it('are those that the API tells browsers', () => {
    const told = Object.entries(cachePolicies).map(([name, policy]) => [
      name,
      { revalidateSeconds: policy.browserRevalidateSeconds },
    ]);
    expect(freshness).toMatchObject(Object.fromEntries(told));
    expect(freshness.predictive.revalidateSeconds).toBe(48 * 3600);
  });

  it('are known for every path that answers figures, and for no other', () => {
    const unknown = reads.map(({ path }) => `/api/v1${path}`).filter((path) => audienceOf(path) === null);
    expect(unknown).toEqual([
      '/api/v1/auth/me',
      '/api/v1/metrics/definitions',
      '/api/v1/demo',
      '/api/v1/health',
    ]);
    expect(audienceOf('/api/v1/me/export')).toBeNull();
    expect(audienceOf('/api/v1/analytics/predictive/forecast/me')).toBe('predictive');
  });
});
