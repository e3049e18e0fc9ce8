import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Those that wait longest for clocks and processes. Begun last, one of them would run on alone. */
const longest = [
  'tests/acceptance/hangs.test.ts',
  'tests/acceptance/dashboard-page.test.ts',
  'tests/acceptance/redis.test.ts',
  'tests/infrastructure/jobs/jobs-queue.test.ts',
  'tests/acceptance/faults-without-samples.test.ts',
  'tests/infrastructure/database/contract.test.ts',
  'tests/application/analytics/failed-sources.test.ts',
];

/** On a machine where nothing has run yet, Vitest would go by the sizes of the files. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => longest.some((file) => moduleId.endsWith(file));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    // Acceptance tests start real processes; the rest is quick.
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // Most of what takes long waits for processes and clocks, so there may be more at once than processors.
    maxWorkers: 5,
    sequence: { sequencer: LongestFirst },
  },
});
