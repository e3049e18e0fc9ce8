/** How many mutants each area has noticed, by itself: a strong one does not make up for a weak one. */
import { z } from 'zod';

/** What there is of Stryker's report; the status of a mutant is one of its own words. */
export const mutationReport = z.object({
  files: z.record(z.string(), z.object({ mutants: z.array(z.object({ status: z.string() })) })),
});
export type MutationReport = z.output<typeof mutationReport>;

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

const noticed = new Set(['Killed', 'Timeout']);
const unnoticed = new Set(['Survived', 'NoCoverage']);

export interface Area {
  name: string;
  noticed: number;
  tried: number;
}

/** Areas of which at least one mutant was tried, by name. */
export function areasOf({ files }: MutationReport): Area[] {
  const byArea = Map.groupBy(Object.entries(files), ([file]) => areaOf(file));
  return [...byArea]
    .map(([name, own]): Area => {
      const statuses = own.flatMap(([, { mutants }]) => mutants.map(({ status }) => status));
      const killed = statuses.filter((status) => noticed.has(status)).length;
      const alive = statuses.filter((status) => unnoticed.has(status)).length;
      return { name, noticed: killed, tried: killed + alive };
    })
    .filter(({ tried }) => tried > 0)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** 0–100. */
export const percentOf = ({ noticed: killed, tried }: Pick<Area, 'noticed' | 'tried'>): number =>
  (100 * killed) / tried;

/** Fewer than this, in percent, fail. */
export const leastPercent = 85;

export const isWeak = (area: Area): boolean => percentOf(area) < leastPercent;
