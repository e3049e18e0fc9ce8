/** How many mutants the tests notice, of each area by itself: a strong one does not make up for a weak one. */
import { z } from 'zod';
import type { Promised } from '../prove/report.ts';

/** What there is of Stryker's report; the status of a mutant is one of its own words. */
export const mutationReport = z.object({
  files: z.record(z.string(), z.object({ mutants: z.array(z.object({ status: z.string() })) })),
});
type MutationReport = z.output<typeof mutationReport>;

/** By the beginning of the path. A file of none is an area of its own. */
const areas = [
  ['policy', 'src/domain/identity/'],
  ['permissions', 'src/application/auth/'],
  ['privacy', 'src/domain/privacy/'],
  ['audit chain', 'src/domain/audit/'],
  ['tokens', 'src/infrastructure/auth/tokens.ts'],
  ['keys of Auth', 'src/infrastructure/auth/jwks.ts'],
  ['names that come twice', 'src/infrastructure/auth/duplicate-names.ts'],
  ['rules of caches', 'src/presentation/http/cache-headers.ts'],
] as const;

const areaOf = (file: string): string => areas.find(([, path]) => file.startsWith(path))?.[0] ?? file;

const noticed = ['Killed', 'Timeout'];
const unnoticed = ['Survived', 'NoCoverage'];
const leastPercent = 85;

/** Areas of which at least one mutant was tried, in the order of the report. */
export function areasOf({ files }: MutationReport): Promised[] {
  const byArea = Map.groupBy(Object.entries(files), ([file]) => areaOf(file));
  return [...byArea].flatMap(([name, own]): Promised[] => {
    const statuses = own.flatMap(([, { mutants }]) => mutants.map(({ status }) => status));
    const killed = statuses.filter((status) => noticed.includes(status)).length;
    const tried = killed + statuses.filter((status) => unnoticed.includes(status)).length;
    if (tried === 0) return [];
    const percent = (100 * killed) / tried;
    const seen = `${percent.toFixed(1)} % of ${tried}, at least ${leastPercent} %`;
    return [{ what: `mutants of ${name} that are killed`, seen, holds: percent >= leastPercent }];
  });
}
