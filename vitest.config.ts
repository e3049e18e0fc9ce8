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
  'tests/acceptance/edge.test.ts',
  'tests/acceptance/lasting.test.ts',
  'tests/acceptance/crash.test.ts',
  'tests/acceptance/faults.test.ts',
  'tests/scripts/replay-events.test.ts',
  'tests/training/two-paths.test.ts',
  'tests/presentation/cache-headers.test.ts',
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
    // For what hangs alone: on a busy machine processes that start, and fits of many people, need minutes.
    testTimeout: 240_000,
    hookTimeout: 240_000,
    // Below the above, so that it is said what has not come. What must come soon is judged by its own time.
    expect: { poll: { timeout: 60_000 } },
    // Most of what takes long waits for processes and clocks, so there may be more at once than processors.
    maxWorkers: 5,
    sequence: { sequencer: LongestFirst },
  },
});
