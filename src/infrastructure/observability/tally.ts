import { Counter, type CounterConfiguration } from 'prom-client';

/** Counts one more. */
export type Tally = () => void;

/**
 * A counter for what happens with every request. What was counted is added to prom-client's when it is read: there each
 * increment checks, joins and hashes its labels, here it is an addition.
 * @returns what counts under given labels; to be kept, there is a new one for each call.
 */
export function tallies<L extends string>(
  configuration: CounterConfiguration<L>,
): (labels: Record<L, string>) => Tally {
  const all: { child: Counter.Internal; count: number }[] = [];
  const counter = new Counter({
    ...configuration,
    collect: () => {
      for (const one of all) {
        one.child.inc(one.count);
        one.count = 0;
      }
    },
  });
  return (labels) => {
    const one = { child: counter.labels(labels), count: 0 };
    all.push(one);
    return () => {
      one.count += 1;
    };
  };
}
