import { expect, it } from 'vitest';
import { quantileBetween, readGauge, readHistogram, readTotal } from '../../scripts/prove/metrics-text.ts';

const buckets = (counts: readonly number[]) =>
  ['0.1', '0.2', '+Inf']
    .map((le, at) => `http_request_seconds_bucket{le="${le}",route="/a"} ${counts[at]}`)
    .concat('http_request_seconds_bucket{le="0.1",route="/b"} 7', 'lag_seconds 0.25')
    .join('\n');
const read = (counts: readonly number[]) => readHistogram(buckets(counts), 'http_request_seconds', '/a');

it('tells a quantile of what came between two readings, linear within its bucket', () => {
  const before = read([10, 10, 10]);
  expect(quantileBetween(before, read([60, 110, 110]), 0.75)).toBeCloseTo(0.15);
  expect(quantileBetween([], read([50, 50, 100]), 0.99)).toBe(0.2);
  expect(quantileBetween(before, before, 0.99)).toBeNaN();
});

it('reads a gauge, and nothing where there is none', () => {
  expect([readGauge(buckets([]), 'lag_seconds'), readGauge('', 'lag_seconds')]).toEqual([0.25, Number.NaN]);
});

it('a counter is the sum over its labels', () => {
  const text = 'a_total{by="x"} 2\na_total{by="y"} 3\na_total_other 7\nb_total 4\n';
  expect([readTotal(text, 'a_total'), readTotal(text, 'b_total'), readTotal(text, 'c_total')]).toEqual([
    5, 4, 0,
  ]);
});
